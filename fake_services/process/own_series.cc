#include "fake_services/process/own_series.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/text/format.h"
#include "fake_services/telemetry/instrument_names.h"

namespace firedrill::fake_services {
namespace {

using model::MetricType;
using prometheus::ClientMetric;
using prometheus::MetricFamily;

constexpr int kFirstServerError = 500;

bool by_request(const MetricSpec& spec) {
  return spec.signal == "requests" || spec.signal == "errors" || spec.signal == "duration";
}

bool over_a_window(const MetricSpec& spec) {
  return spec.signal == "error_ratio" || spec.signal == "request_rate";
}

std::string base_name(const MetricSpec& spec) {
  constexpr std::string_view kSuffix = "_bucket";
  const bool suffixed = spec.type == MetricType::histogram && spec.name.ends_with(kSuffix);
  return suffixed ? spec.name.substr(0, spec.name.size() - kSuffix.size()) : spec.name;
}

prometheus::MetricType type_of(const MetricSpec& spec) {
  if (spec.type == MetricType::histogram) return prometheus::MetricType::Histogram;
  return spec.type == MetricType::counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
}

ClientMetric with_value(const MetricSpec& spec, double value) {
  ClientMetric metric;
  spec.type == MetricType::counter ? metric.counter.value = value : metric.gauge.value = value;
  return metric;
}

}  // namespace

OwnSeries::OwnSeries(std::vector<MetricSpec> metrics, double speed, const ServiceModel& service)
    : service_(service), speed_(speed) {
  for (MetricSpec& spec : metrics) {
    Metric metric{.spec = std::move(spec), .bounds = {}, .groups = {}};
    metric.bounds = metric.spec.buckets;
    if (metric.bounds.empty()) metric.bounds.assign(default_buckets().begin(), default_buckets().end());
    // One without labels counts from 0 on; of the others a series begins with the first that is counted.
    if (by_request(metric.spec) && metric.spec.type != MetricType::histogram && metric.spec.labels.empty()) {
      metric.groups.try_emplace({});
    }
    if (over_a_window(metric.spec)) {
      longest_window_s_ = std::max(longest_window_s_, to_seconds(metric.spec.window) / speed_);
    }
    metrics_.push_back(std::move(metric));
  }
}

OwnSeries::Labels OwnSeries::labels_for(const MetricSpec& spec, const RouteModel* route, int code) const {
  Labels labels;
  for (const auto& [name, source] : spec.labels) {
    std::string value;
    if (source.starts_with('=')) {
      value = source.substr(1);
    } else if (source == kVersionLabel) {
      value = service_.spec.version;
    } else if (source == "code") {
      value = std::to_string(code);
    } else if (source == "code_class") {
      value = format("{}xx", code / 100);
    } else if (route != nullptr) {
      value = source == "method" ? route->method : route->path;
    }
    labels.push_back({name, std::move(value)});
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
    Group& group = metric.groups[labels_for(metric.spec, &route, code)];
    group.count += 1;
    group.seconds += seconds;
    if (metric.spec.type != MetricType::histogram) continue;
    group.upto.resize(metric.bounds.size(), 0);
    for (std::size_t i = 0; i < metric.bounds.size(); ++i) group.upto[i] += seconds <= metric.bounds[i] ? 1 : 0;
  }
}

void OwnSeries::count_anew() {
  const std::scoped_lock lock(mutex_);
  marks_.clear();
  requests_ = errors_ = 0;
  for (Metric& metric : metrics_) {
    const bool from_the_start = metric.groups.contains({});
    metric.groups.clear();
    if (from_the_start && metric.spec.labels.empty() && metric.spec.type != MetricType::histogram) {
      metric.groups.try_emplace({});
    }
  }
}

// As in a simulated run: against the youngest scrape that is at least a window ago, or the first.
double OwnSeries::over_window(const MetricSpec& spec) const {
  const Mark& now = marks_.back();
  const double before = now.at_s - to_seconds(spec.window) / speed_;
  const Mark* then = &marks_.front();
  for (const Mark& mark : marks_) {
    if (mark.at_s > before) break;
    then = &mark;
  }
  const double requests = now.requests - then->requests;
  if (spec.signal == "error_ratio") return requests > 0 ? (now.errors - then->errors) / requests : 0;
  const double seconds = now.at_s - then->at_s;
  return seconds > 0 ? requests / seconds : 0;
}

bool OwnSeries::has(const MetricSpec& spec) const {
  if (spec.signal == "disk_available") return service_.spec.disk.has_value();
  if (spec.signal == "certificate_expiry") return service_.spec.certificate.has_value();
  if (spec.signal == "messages_waiting" || spec.signal == "message_age") return service_.spec.consumer.has_value();
  return true;
}

double OwnSeries::level_of(const MetricSpec& spec, const OwnLevels& now) const {
  if (over_a_window(spec)) return over_window(spec);
  if (spec.signal == "in_flight") return now.in_flight;
  if (spec.signal == "queue_length") return now.queued;
  if (spec.signal == "cpu") return now.cpu_s;
  if (spec.signal == "memory") return now.memory;
  if (spec.signal == "disk_available") return now.disk_available;
  if (spec.signal == "certificate_expiry") return now.certificate_expiry_s;
  return spec.signal == "messages_waiting" ? now.messages : now.oldest_s;
}

std::vector<MetricFamily> OwnSeries::families(const OwnLevels& now) {
  const std::scoped_lock lock(mutex_);
  marks_.push_back({stopwatch_seconds(), requests_, errors_});
  while (marks_.size() > 2 && marks_[1].at_s <= marks_.back().at_s - longest_window_s_) marks_.pop_front();
  std::vector<MetricFamily> out;
  for (const Metric& metric : metrics_) {
    if (!has(metric.spec)) continue;
    MetricFamily family{base_name(metric.spec), "A metric of the scenario's own.", type_of(metric.spec), {}};
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
    if (!by_request(metric.spec)) {
      ClientMetric each = with_value(metric.spec, level_of(metric.spec, now));
      each.label = labels_for(metric.spec, nullptr, 0);
      family.metric.push_back(std::move(each));
    }
    if (!family.metric.empty()) out.push_back(std::move(family));
  }
  return out;
}

}  // namespace firedrill::fake_services
