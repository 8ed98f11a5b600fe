#include "fake_services/telemetry/instruments.h"

#include <algorithm>
#include <array>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "fake_services/telemetry/instrument_names.h"
#include "fake_services/telemetry/target.h"

namespace firedrill::fake_services {
namespace {

using model::Label;
using model::MetricType;

constexpr double kManyInFlight = 8;
constexpr double kRareWait = 1e-4;          // chance of waiting below which a replica is as good as unbounded
constexpr std::int64_t kManyPlaces = 2000;  // beyond which the exact distribution takes longer than it is worth
constexpr double kIdleCores = 0.005;        // that an idle process uses
constexpr double kMemoryRipple = 0.004;     // relative deviation of resident memory from one scrape to the next

// A whole number of things at hand when `mean` are on average.
double draw_level(double mean, double variance, double most, RandomStream& chance) {
  if (mean <= 0) return 0;
  if (mean < kManyInFlight) return std::min(most, draw_count(mean, chance));
  const double drawn = maths::floor(mean + maths::sqrt(std::max(0.0, variance)) * chance.normal() + 0.5);
  return std::clamp(drawn, 0.0, most);
}

// Drawn from the stationary queue that the replica is like at the moment, what waits as long as its work lets it; while
// no one waits, that is a Poisson count.
double draw_in_flight(const ReplicaClass& k, RandomStream& chance) {
  const auto places = (k.bounded != nullptr ? k.bounded : k.station)->places();
  if (k.bounded != nullptr) {  // each caller that there can be is in it, or not
    const double share = std::min(1.0, in_flight(k) / static_cast<double>(places));
    double there = 0;
    for (std::int64_t i = 0; i < places; ++i) there += chance.uniform() < share ? 1 : 0;
    return there;
  }
  if (k.point.waits < kRareWait || places > kManyPlaces) {
    return draw_level(in_flight(k), k.point.variance, static_cast<double>(places), chance);
  }
  const double load = k.point.busy / std::max(1e-12, 1 - k.point.blocking);
  const double workers = static_cast<double>(k.station->workers());
  const auto drawn = static_cast<double>(occupancy_at(k.station->workers(), places, load, chance.uniform()));
  if (drawn <= workers || k.queue_factor == 1) return drawn;
  return std::min(static_cast<double>(places), maths::floor(workers + (drawn - workers) * k.queue_factor + 0.5));
}

// Writes one value after the other.
class Writer {
 public:
  explicit Writer(double* out) : out_(out) {}
  void put(double value) { *out_++ = value; }
  // A counter that shows from its first event on.
  void count(double value) { put(value > 0 ? value : absent()); }

 private:
  double* out_;
};

void write_requests(const ReplicaTally& tally, Writer& out) {
  for (const double responses : tally.responses) out.count(responses);
}

void write_durations(const ServiceModel& m, const ReplicaTally& tally, Writer& out) {
  for (std::size_t r = 0; r < m.routes.size(); ++r) {
    std::array<const double*, Codes::kMost> used{};  // the buckets of codes that have occurred
    std::size_t codes = 0;
    double all = 0;
    for (std::size_t s = 0; s < m.layout.slots; ++s) {
      const double responses = tally.responses[r * m.layout.slots + s];
      if (responses > 0) used[codes++] = tally.counts.data() + m.layout.response(r, s);
      all += responses;
    }
    const bool seen = all > 0;
    double upto = 0;
    std::size_t b = 0;
    for (const double bound : default_buckets()) {
      for (; b < m.bounds.size() && m.bounds[b] <= bound; ++b) {
        for (std::size_t s = 0; s < codes; ++s) upto += used[s][b];
      }
      out.put(seen ? upto : absent());
    }
    out.put(seen ? all : absent());
    out.put(seen ? tally.response_sum_s[r] : absent());
    out.put(seen ? all : absent());
  }
}

void write_edges(const ServiceModel& m, const ReplicaClass& k, ReplicaTally& tally, Writer& out) {
  for (std::size_t e = 0; e < m.edges.size(); ++e) {
    const double size = static_cast<double>(m.edges[e].spec.pool.size);
    const PoolState& pool = k.edges[e].pool;
    const double in_use =
        draw_level(pool.in_use, std::max(0.0, pool.in_use * (1 - pool.in_use / size)), size, tally.gauges);
    out.put(in_use);
    out.put(draw_level(pool.waiting, pool.waiting, static_cast<double>(k.station->workers()), tally.gauges));
    out.put(size);
    for (std::size_t o = 0; o < kCallOutcomes; ++o) out.count(tally.counts[m.layout.edge_at[e] + o]);
    if (m.edges[e].spec.cache) {
      out.count(tally.counts[m.layout.cache(e)]);
      out.count(tally.counts[m.layout.cache(e) + 1]);
    }
  }
}

// The metrics of requests, of one version if that is told apart.
void add_requests(const ServiceModel& m, const model::Labels& target, const std::string& version,
                  std::vector<model::SeriesInfo>& series) {
  const auto add = [&](std::string_view name, MetricType type, std::vector<Label> own) {
    if (m.spec.version_label) own.push_back({"version", version});
    series.push_back(target_series(target, name, type, std::move(own)));
  };
  for (const auto& route : m.routes) {
    for (const int code : m.codes.list) {
      add(kRequestsMetric, MetricType::counter,
          {{"code", std::to_string(code)}, {"method", route.method}, {"route", route.path}});
    }
  }
  for (const auto& route : m.routes) {
    const std::vector<Label> own = {{"method", route.method}, {"route", route.path}};
    const auto bucket = [&](std::string bound) {
      auto labels = own;
      labels.push_back({std::string(model::kBucketLabel), std::move(bound)});
      add(format("{}_bucket", kDurationMetric), MetricType::histogram, std::move(labels));
    };
    for (const double bound : default_buckets()) bucket(bound_text(bound));
    bucket("+Inf");
    add(format("{}_sum", kDurationMetric), MetricType::histogram, own);
    add(format("{}_count", kDurationMetric), MetricType::histogram, own);
  }
}

model::SeriesInfo build_info(const model::Labels& target, const std::string& version) {
  return target_series(target, "build_info", MetricType::gauge, {{"version", version}});
}

}  // namespace

std::string bound_text(double bound) {
  return format_go_g(bound);
}

model::SeriesInfo target_series(const model::Labels& target, std::string_view name, MetricType type,
                                std::vector<Label> own) {
  std::vector<Label> labels(target.begin(), target.end());
  for (Label& label : own) {
    if (target.has(label.name)) label.name = format("exported_{}", label.name);
    labels.push_back(std::move(label));
  }
  labels.push_back({std::string(model::kMetricName), std::string(name)});
  return {model::Labels::from(std::move(labels)), type};
}

Moment draw_moment(const ServiceModel& m, const ReplicaClass& k, ReplicaTally& tally, Time t, Time started) {
  Moment moment;
  moment.t = t;
  const double workers = static_cast<double>(k.station->workers());
  moment.in_flight = draw_in_flight(k, tally.gauges);
  moment.queued = std::max(0.0, moment.in_flight - workers);
  moment.cpu_s = tally.cpu_s + kIdleCores * to_seconds(t - started);
  moment.memory = m.spec.memory.baseline * (1 + kMemoryRipple * tally.gauges.normal()) +
                  m.spec.memory.per_request * moment.in_flight;
  if (m.spec.disk) moment.disk_available = std::max(0.0, m.spec.disk->size - disk_used(m, k));
  return moment;
}

// A replica reads its share of the partitions.
void add_messages(const QueueState& queue, double replicas, Moment& moment) {
  const double share = 1 / std::max(1.0, replicas);
  moment.messages = maths::floor(queue.backlog * share + 0.5);
  moment.oldest_s = queue.oldest_s;
  moment.published = maths::floor(queue.published * share);
  moment.consumed = maths::floor(queue.consumed * share);
}

std::vector<model::SeriesInfo> instrument_series(const ServiceModel& m, const model::Labels& target) {
  std::vector<model::SeriesInfo> series;
  const auto add = [&](std::string_view name, MetricType type, std::vector<Label> own) {
    series.push_back(target_series(target, name, type, std::move(own)));
  };
  add_requests(m, target, m.spec.version, series);
  add("active_connections", MetricType::gauge, {});
  add("http_requests_queued", MetricType::gauge, {});
  for (const auto& edge : m.edges) {
    const Label dependency{"dependency", edge.spec.name};
    add("connection_pool_in_use", MetricType::gauge, {dependency});
    add("connection_pool_waiting", MetricType::gauge, {dependency});
    add("connection_pool_max", MetricType::gauge, {dependency});
    for (const char* outcome : kCallOutcomeNames) {
      add("dependency_requests_total", MetricType::counter, {dependency, {"outcome", outcome}});
    }
    if (edge.spec.cache) {
      add("cache_requests_total", MetricType::counter, {dependency, {"result", "hit"}});
      add("cache_requests_total", MetricType::counter, {dependency, {"result", "miss"}});
    }
  }
  add("process_cpu_seconds_total", MetricType::counter, {});
  add("process_resident_memory_bytes", MetricType::gauge, {});
  add("process_start_time_seconds", MetricType::gauge, {});
  series.push_back(build_info(target, m.spec.version));
  if (m.spec.disk) {
    const std::vector<Label> own = {
        {"device", "/dev/vda1"}, {"fstype", "ext4"}, {"mountpoint", m.spec.disk->mountpoint}};
    add("node_filesystem_size_bytes", MetricType::gauge, own);
    add("node_filesystem_avail_bytes", MetricType::gauge, own);
  }
  if (m.spec.certificate) add("probe_ssl_earliest_cert_expiry", MetricType::gauge, {});
  if (m.spec.consumer) {
    const Label queue{"queue", m.spec.name};
    add("queue_messages", MetricType::gauge, {queue});
    add("queue_oldest_message_age_seconds", MetricType::gauge, {queue});
    add("queue_messages_published_total", MetricType::counter, {queue});
    add("queue_messages_consumed_total", MetricType::counter, {queue});
  }
  return series;
}

std::vector<model::SeriesInfo> version_series(const ServiceModel& m, const model::Labels& target,
                                              const std::string& version) {
  std::vector<model::SeriesInfo> series = {build_info(target, version)};
  if (m.spec.version_label) add_requests(m, target, version, series);
  return series;
}

void write_instruments(const ServiceModel& m, const ReplicaClass& k, ReplicaTally& tally, const Moment& moment,
                       Time started, double* values) {
  Writer out(values);
  write_requests(tally, out);
  write_durations(m, tally, out);
  out.put(moment.in_flight);
  out.put(moment.queued);
  write_edges(m, k, tally, out);
  out.put(moment.cpu_s);
  out.put(moment.memory);
  out.put(to_seconds(started));
  out.put(1);
  if (m.spec.disk) {
    out.put(m.spec.disk->size);
    out.put(moment.disk_available);
  }
  if (m.spec.certificate) out.put(moment.certificate_expiry_s);
  if (m.spec.consumer) {
    out.put(moment.messages);
    out.put(moment.oldest_s);
    out.put(moment.published);
    out.put(moment.consumed);
  }
}

}  // namespace firedrill::fake_services
