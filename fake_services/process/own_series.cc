#include "fake_services/process/own_series.h"

#include <algorithm>
#include <utility>

#include "base/text/numbers.h"
#include "model/labels.h"

namespace firedrill::fake_services {
namespace {

using model::MetricType;
using prometheus::ClientMetric;
using prometheus::MetricFamily;

constexpr int kFirstServerError = 500;

prometheus::MetricType type_of(const MetricSpec& spec) {
  if (spec.type == MetricType::histogram) return prometheus::MetricType::Histogram;
  return spec.type == MetricType::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
}

ClientMetric with_value(const MetricSpec& spec, double value) {
  ClientMetric metric;
  spec.type == MetricType::counter ? metric.counter.value = value : metric.gauge.value = value;
  return metric;
}

// Whether a series is one of the metric's.
bool is_of(const MetricSpec& spec, const std::string& series) {
  const std::string base = base_name(spec);
  if (spec.type != MetricType::histogram) return series == base;
  return series == base + "_bucket" || series == base + "_sum" || series == base + "_count";
}

}  // namespace

OwnSeries::OwnSeries(std::vector<MetricSpec> metrics, double speed, const ServiceModel& service)
    : service_(service), speed_(speed) {
  for (MetricSpec& spec : metrics) {
    Metric metric{.spec = std::move(spec), .bounds = {}, .groups = {}};
    metric.bounds = metric.spec.buckets;
    if (metric.bounds.empty()) metric.bounds.assign(default_buckets().begin(), default_buckets().end());
    begin(metric);
    if (over_a_window(metric.spec)) longest_window_ = std::max(longest_window_, metric.spec.window);
    metrics_.push_back(std::move(metric));
  }
}

// One without labels counts from 0 on; of the others a series begins with the first that is counted.
void OwnSeries::begin(Metric& metric) const {
  metric.groups.clear();
  metric.before = 0;
  const bool at_once = metric.spec.type != MetricType::histogram && metric.spec.labels.empty();
  if (by_request(metric.spec) && at_once) metric.groups.try_emplace({});
}

OwnSeries::Group& OwnSeries::group_of(Metric& metric, const Labels& labels) {
  Group& group = metric.groups[labels];
  if (metric.spec.type == MetricType::histogram) group.upto.resize(metric.bounds.size(), 0);
  return group;
}

OwnSeries::Labels OwnSeries::labels_for(const MetricSpec& spec, const RouteModel* route, int code) const {
  static const std::string kNone;
  Labels labels;
  for (const auto& [name, source] : spec.labels) {
    labels.push_back({name, source == kVersionLabel ? service_.spec.version
                                                    : label_value(source, route == nullptr ? kNone : route->method,
                                                                  route == nullptr ? kNone : route->path, code)});
  }
  return labels;
}

void OwnSeries::answered(const RouteModel& route, int code, double seconds) {
  const std::scoped_lock lock(mutex_);
  const bool failed = code >= kFirstServerError;
  requests_ += 1;
  errors_ += failed ? 1 : 0;
  for (Metric& metric : metrics_) {
    if (!by_request(metric.spec) || (metric.spec.signal == "errors" && !failed)) continue;
    Group& group = group_of(metric, labels_for(metric.spec, &route, code));
    group.count += 1;
    group.seconds += seconds;
    for (std::size_t i = 0; i < group.upto.size(); ++i) group.upto[i] += seconds <= metric.bounds[i] ? 1 : 0;
  }
}

void OwnSeries::count_anew() {
  const std::scoped_lock lock(mutex_);
  marks_.clear();
  requests_ = errors_ = 0;
  for (Metric& metric : metrics_) begin(metric);
}

void OwnSeries::go_on_from(const PastMetrics& past) {
  const std::scoped_lock lock(mutex_);
  for (Metric& metric : metrics_) {
    for (const PastMetrics::Count& each : past.counts) {
      if (is_of(metric.spec, each.series)) add(metric, each);
    }
  }
}

void OwnSeries::add(Metric& metric, const PastMetrics::Count& past) {
  if (!by_request(metric.spec)) {
    if (metric.spec.type == MetricType::counter) metric.before += past.value;
    return;
  }
  const bool histogram = metric.spec.type == MetricType::histogram;
  Labels labels;
  std::string bound;
  for (const auto& [name, value] : past.labels) {
    if (histogram && name == model::kBucketLabel) {
      bound = value;
    } else {
      labels.push_back({name, value});
    }
  }
  Group& group = group_of(metric, labels);
  if (past.series.ends_with("_sum") && histogram) {
    group.seconds += past.value;
  } else if (bound.empty()) {
    group.count += past.value;
  } else if (const auto at = std::ranges::find(metric.bounds, parse_float(bound).value_or(-1));
             at != metric.bounds.end()) {
    group.upto[static_cast<std::size_t>(at - metric.bounds.begin())] += past.value;
  }
}

bool OwnSeries::has(const MetricSpec& spec) const {
  if (spec.signal == "disk_available") return service_.spec.disk.has_value();
  if (spec.signal == "certificate_expiry") return service_.spec.certificate.has_value();
  if (spec.signal == "messages_waiting" || spec.signal == "message_age") return service_.spec.consumer.has_value();
  return true;
}

double OwnSeries::level_of(const MetricSpec& spec, const OwnLevels& now) const {
  if (spec.signal == "error_ratio") return marks_.error_ratio(spec.window);
  if (spec.signal == "request_rate") return speed_ * marks_.rate(spec.window);
  if (spec.signal == "in_flight") return now.in_flight;
  if (spec.signal == "queue_length") return now.queued;
  if (spec.signal == "cpu") return now.cpu_s;
  if (spec.signal == "memory") return now.memory;
  if (spec.signal == "disk_available") return now.disk_available;
  if (spec.signal == "certificate_expiry") return now.certificate_expiry_s;
  return spec.signal == "messages_waiting" ? now.messages : now.oldest_s;
}

MetricFamily OwnSeries::family_of(const Metric& metric, const OwnLevels& now) const {
  MetricFamily family{base_name(metric.spec), "A metric of the scenario's own.", type_of(metric.spec), {}};
  if (!by_request(metric.spec)) {
    ClientMetric each = with_value(metric.spec, level_of(metric.spec, now) + metric.before);
    each.label = labels_for(metric.spec, nullptr, 0);
    family.metric.push_back(std::move(each));
  }
  for (const auto& [labels, group] : metric.groups) {
    ClientMetric each = with_value(metric.spec, group.count);
    each.label = labels;
    if (metric.spec.type == MetricType::histogram) {
      each.histogram.sample_count = static_cast<std::uint64_t>(group.count);
      each.histogram.sample_sum = group.seconds;
      for (std::size_t i = 0; i < metric.bounds.size(); ++i) {
        each.histogram.bucket.push_back({static_cast<std::uint64_t>(group.upto[i]), metric.bounds[i]});
      }
    }
    family.metric.push_back(std::move(each));
  }
  return family;
}

std::vector<MetricFamily> OwnSeries::families(const OwnLevels& now, double at_s) {
  const std::scoped_lock lock(mutex_);
  marks_.add({Time(from_seconds(speed_ * at_s)), requests_, errors_}, longest_window_);
  std::vector<MetricFamily> out;
  for (const Metric& metric : metrics_) {
    if (!has(metric.spec)) continue;
    MetricFamily family = family_of(metric, now);
    if (!family.metric.empty()) out.push_back(std::move(family));
  }
  return out;
}

}  // namespace firedrill::fake_services
