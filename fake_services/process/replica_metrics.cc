#include "fake_services/process/replica_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/maths.h"
#include "base/text/numbers.h"
#include "fake_services/process/own_series.h"
#include "fake_services/telemetry/instrument_names.h"

namespace firedrill::fake_services {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using PrometheusLabels = std::vector<ClientMetric::Label>;

// Families whose values are known only at a scrape.
class Momentary {
 public:
  void gauge(const char* name, const char* help, PrometheusLabels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    add(name, help, MetricType::Gauge, std::move(metric));
  }
  void counter(const char* name, const char* help, PrometheusLabels labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    add(name, help, MetricType::Counter, std::move(metric));
  }
  std::vector<MetricFamily> take() { return std::move(families_); }

 private:
  void add(const char* name, const char* help, MetricType type, ClientMetric metric) {
    if (families_.empty() || families_.back().name != name) families_.push_back({name, help, type, {}});
    families_.back().metric.push_back(std::move(metric));
  }

  std::vector<MetricFamily> families_;
};

bool counts(MetricType type) {
  return type == MetricType::Counter || type == MetricType::Histogram;
}

// Of what is counted, so much at some time, by family and labels.
class Counted {
 public:
  explicit Counted(const std::vector<MetricFamily>& families) {
    for (const MetricFamily& family : families) {
      if (!counts(family.type)) continue;
      for (const ClientMetric& metric : family.metric) then_[{family.name, metric.label}] = metric;
    }
  }

  // What has been counted since.
  void take_off(std::vector<MetricFamily>& families) const {
    for (MetricFamily& family : families) {
      if (!counts(family.type)) continue;
      for (ClientMetric& metric : family.metric) {
        const auto then = then_.find({family.name, metric.label});
        if (then != then_.end()) take_off(then->second, metric);
      }
    }
  }

 private:
  static void take_off(const ClientMetric& then, ClientMetric& now) {
    now.counter.value -= then.counter.value;
    now.histogram.sample_count -= then.histogram.sample_count;
    now.histogram.sample_sum -= then.histogram.sample_sum;
    for (std::size_t i = 0; i < now.histogram.bucket.size(); ++i) {
      now.histogram.bucket[i].cumulative_count -= then.histogram.bucket[i].cumulative_count;
    }
  }

  std::map<std::pair<std::string, PrometheusLabels>, ClientMetric> then_;
};

constexpr std::string_view kCallsMetric = "dependency_requests_total";
constexpr std::string_view kCacheMetric = "cache_requests_total";
constexpr std::string_view kProcessorMetric = "process_cpu_seconds_total";
constexpr std::string_view kPublishedMetric = "queue_messages_published_total";
constexpr std::string_view kConsumedMetric = "queue_messages_consumed_total";

// A histogram of the past: what each of its buckets holds by itself.
struct PastHistogram {
  std::map<double, double> cumulative;  // by upper bound
  double sum = 0;

  std::vector<double> increments(const std::vector<double>& bounds) const {
    std::vector<double> out;
    double below = 0;
    const auto add = [&](double bound) {
      const auto found = cumulative.find(bound);
      const double up_to = found == cumulative.end() ? below : std::max(below, found->second);
      out.push_back(up_to - below);
      below = up_to;
    };
    for (const double bound : bounds) add(bound);
    add(maths::infinity());
    return out;
  }
};

prometheus::Labels request_labels(const ServiceSpec& spec, const RouteModel& route) {
  prometheus::Labels labels = {{"method", route.method}, {"route", route.path}};
  if (spec.version_label) labels["version"] = spec.version;
  return labels;
}

}  // namespace

struct ReplicaMetrics::State {
  State(const ServiceModel& model, Time begun, std::function<ReplicaGauges()> asked)
      : service(model),
        started_s(to_seconds(begun)),
        certificate_expiry_s(model.spec.certificate ? to_seconds(begun + model.spec.certificate->expires_in) : 0),
        gauges(std::move(asked)),
        requests(prometheus::BuildCounter()
                     .Name(std::string(kRequestsMetric))
                     .Help("Requests answered, by status code, method and route.")
                     .Register(registry)),
        durations(prometheus::BuildHistogram()
                      .Name(std::string(kDurationMetric))
                      .Help("Time to the response of a request, by method and route.")
                      .Register(registry)),
        calls(prometheus::BuildCounter()
                  .Name(std::string(kCallsMetric))
                  .Help("Attempts to call a dependency, by their outcome.")
                  .Register(registry)),
        cache(prometheus::BuildCounter()
                  .Name(std::string(kCacheMetric))
                  .Help("Lookups in the cache before a dependency, by their result.")
                  .Register(registry)),
        buckets(default_buckets().begin(), default_buckets().end()) {}

  void pools(const ReplicaGauges& now, Momentary& out) const {
    const auto each = [&](const char* name, const char* help, auto value) {
      for (std::size_t e = 0; e < service.edges.size(); ++e) {
        out.gauge(name, help, {{"dependency", service.edges[e].spec.name}}, value(e));
      }
    };
    each("connection_pool_in_use", "Connections of the pool in use, by dependency.",
         [&](std::size_t e) { return now.pools[e].in_use; });
    each("connection_pool_waiting", "Callers that wait for a connection, by dependency.",
         [&](std::size_t e) { return now.pools[e].waiting; });
    each("connection_pool_max", "Connections that the pool may have, by dependency.",
         [&](std::size_t e) { return static_cast<double>(service.edges[e].spec.pool.size); });
  }

  // Memory, disk and certificate are as the topology says: nothing of them is used up in earnest.
  void process(const ReplicaGauges& now, Momentary& out) const {
    const ServiceSpec& spec = service.spec;
    out.counter(kProcessorMetric.data(), "Processor time that the process has used, in seconds.", {},
                process_cpu_seconds() + processor_before_s);
    out.gauge("process_resident_memory_bytes", "Resident memory in bytes, as the topology has it.", {},
              now.memory_bytes);
    out.gauge("process_start_time_seconds", "When the process was started, in seconds since 1970.", {}, started_s);
    out.gauge("build_info", "Always 1; the version is a label.", {{"version", spec.version}}, 1);
    if (spec.disk) {
      const PrometheusLabels labels = {
          {"device", "/dev/vda1"}, {"fstype", "ext4"}, {"mountpoint", spec.disk->mountpoint}};
      out.gauge("node_filesystem_size_bytes", "Size of the disk in bytes.", labels, spec.disk->size);
      out.gauge("node_filesystem_avail_bytes", "Free space of the disk in bytes.", labels,
                spec.disk->size - now.disk_used);
    }
    if (spec.certificate) {
      out.gauge("probe_ssl_earliest_cert_expiry", "When the certificate expires, in seconds since 1970.", {},
                certificate_expiry_s);
    }
  }

  void queue(const ReplicaGauges& now, Momentary& out) const {
    if (!service.spec.consumer) return;
    const PrometheusLabels labels = {{"queue", service.spec.name}};
    out.gauge("queue_messages", "Messages that wait in the replica's share of the queue.", labels, now.messages);
    out.gauge("queue_oldest_message_age_seconds", "For how long the oldest message has waited.", labels, now.oldest_s);
    out.counter(kPublishedMetric.data(), "Messages put into the queue.", labels, now.published + published_before);
    out.counter(kConsumedMetric.data(), "Messages worked off with success.", labels, now.consumed + consumed_before);
  }

  OwnLevels levels(const ReplicaGauges& now) const {
    const ServiceSpec& spec = service.spec;
    return {.in_flight = now.in_flight,
            .queued = now.queued,
            .cpu_s = process_cpu_seconds(),
            .memory = now.memory_bytes,
            .disk_available = spec.disk ? spec.disk->size - now.disk_used : 0,
            .certificate_expiry_s = spec.certificate ? certificate_expiry_s.load() : 0,
            .messages = now.messages,
            .oldest_s = now.oldest_s};
  }

  // All that is counted, and what is so at the moment.
  std::vector<MetricFamily> families() const {
    const ReplicaGauges now = gauges();
    Momentary momentary;
    momentary.gauge("active_connections", "Requests that are worked on or wait.", {}, now.in_flight);
    momentary.gauge("http_requests_queued", "Requests that wait for a worker.", {}, now.queued);
    pools(now, momentary);
    process(now, momentary);
    queue(now, momentary);
    std::vector<MetricFamily> all = registry.Collect();
    std::ranges::move(momentary.take(), std::back_inserter(all));
    if (own != nullptr) std::ranges::move(own->families(levels(now), stopwatch_seconds()), std::back_inserter(all));
    return all;
  }

  const ServiceModel& service;
  // Of a process that goes on where another left off, with what that one had.
  std::atomic<double> started_s;
  std::atomic<double> certificate_expiry_s;
  std::atomic<double> processor_before_s = 0;
  std::atomic<double> published_before = 0;
  std::atomic<double> consumed_before = 0;
  std::function<ReplicaGauges()> gauges;
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests;
  prometheus::Family<prometheus::Histogram>& durations;
  prometheus::Family<prometheus::Counter>& calls;
  prometheus::Family<prometheus::Counter>& cache;
  prometheus::Histogram::BucketBoundaries buckets;
  std::unique_ptr<OwnSeries> own;  // null: there are none
  mutable std::mutex mutex;
  std::shared_ptr<const Counted> before;  // null: all counts
};

ReplicaMetrics::ReplicaMetrics(const ServiceModel& service, Time started, std::function<ReplicaGauges()> gauges)
    : state_(std::make_unique<State>(service, started, std::move(gauges))) {}

ReplicaMetrics::~ReplicaMetrics() = default;

void ReplicaMetrics::answered(const RouteModel& route, int code, double seconds) {
  prometheus::Labels labels = request_labels(state_->service.spec, route);
  state_->durations.Add(labels, state_->buckets).Observe(seconds);
  labels["code"] = std::to_string(code);
  state_->requests.Add(labels).Increment();
  if (state_->own != nullptr) state_->own->answered(route, code, seconds);
}

void ReplicaMetrics::add_own(std::vector<MetricSpec> metrics, double speed) {
  state_->own = std::make_unique<OwnSeries>(std::move(metrics), speed, state_->service);
}

void ReplicaMetrics::called(std::size_t edge, CallOutcome outcome) {
  state_->calls
      .Add({{"dependency", state_->service.edges[edge].spec.name},
            {"outcome", kCallOutcomeNames[static_cast<std::size_t>(outcome)]}})
      .Increment();
}

void ReplicaMetrics::asked_cache(std::size_t edge, bool hit) {
  state_->cache.Add({{"dependency", state_->service.edges[edge].spec.name}, {"result", hit ? "hit" : "miss"}})
      .Increment();
}

void ReplicaMetrics::count_anew() {
  if (state_->own != nullptr) state_->own->count_anew();
  auto now = std::make_shared<const Counted>(state_->families());
  const std::scoped_lock lock(state_->mutex);
  state_->before = std::move(now);
}

void ReplicaMetrics::go_on_from(const PastMetrics& past) {
  count_anew();
  State& state = *state_;
  if (past.started_s) state.started_s = *past.started_s;
  if (state.own != nullptr) state.own->go_on_from(past);
  std::map<prometheus::Labels, PastHistogram> durations;
  for (const PastMetrics::Count& each : past.counts) {
    if (each.series == kRequestsMetric) state.requests.Add(each.labels).Increment(each.value);
    if (each.series == kCallsMetric) state.calls.Add(each.labels).Increment(each.value);
    if (each.series == kCacheMetric) state.cache.Add(each.labels).Increment(each.value);
    if (each.series == kProcessorMetric) state.processor_before_s += each.value;
    if (each.series == kPublishedMetric) state.published_before += each.value;
    if (each.series == kConsumedMetric) state.consumed_before += each.value;
    if (!each.series.starts_with(kDurationMetric)) continue;
    prometheus::Labels labels = each.labels;
    const std::string bound = std::exchange(labels["le"], {});
    labels.erase("le");
    if (each.series.ends_with("_sum")) durations[labels].sum = each.value;
    if (!each.series.ends_with("_bucket")) continue;
    const auto read = bound == "+Inf" ? std::optional(maths::infinity()) : parse_float(bound);
    if (read) durations[labels].cumulative[*read] = each.value;
  }
  for (const auto& [labels, histogram] : durations) {
    state.durations.Add(labels, state.buckets).ObserveMultiple(histogram.increments(state.buckets), histogram.sum);
  }
}

void ReplicaMetrics::set_certificate_expiry(double seconds) {
  state_->certificate_expiry_s = seconds;
}

std::string ReplicaMetrics::text() const {
  std::vector<MetricFamily> families = state_->families();
  const auto before = [&] {
    const std::scoped_lock lock(state_->mutex);
    return state_->before;
  }();
  if (before != nullptr) before->take_off(families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace firedrill::fake_services
