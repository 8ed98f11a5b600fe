// Metrics that a scenario adds to those that every service has: users' rules read users' metrics.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// How a made-up value moves while a fault is on. All that are given apply: (value × factor + add + rise) or `set`.
struct ValueEffect {
  double rise_per_minute = 0;  // since the fault began; falls back at the same rate when it ended
  double add = 0;
  double factor = 1;
  std::optional<double> set;
};

// A value that no signal of the simulation stands for.
struct ValueSpec {
  double baseline = 0;
  double noise = 0;  // standard deviation, drawn at each scrape
  double daily = 0;  // relative amplitude over the day, highest at 14:00 UTC
};

struct MetricSpec {
  std::string name;  // of a histogram: with or without _bucket
  std::string service;
  model::MetricType type = model::MetricType::gauge;
  std::string signal;                         // one of metric_signals(); empty: `value` is set
  std::map<std::string, std::string> labels;  // exported name: built-in label (code, method, route, version), or =text
  std::vector<double> buckets;                // of histograms, seconds; empty: the default ones
  bool buckets_given = false;
  Duration window = std::chrono::minutes(1);  // over which ratios and rates are taken
  std::string per;                            // replica | service: the latter is exported by replica 0 alone
  std::optional<ValueSpec> value;
  std::map<std::string, ValueEffect> under;  // by fault id
};

// Whether some label of it is the version of the replicas that it measures.
inline constexpr std::string_view kVersionLabel = "version";
bool by_version(const MetricSpec& metric);

// Whether it is of each request by itself, and so has labels of requests; and whether it is of those within its window.
bool by_request(const MetricSpec& metric);
bool over_a_window(const MetricSpec& metric);
// Of a histogram without _bucket.
std::string base_name(const MetricSpec& metric);
// What a label from this source says of a request; of the version, which is no matter of requests, nothing.
std::string label_value(std::string_view source, const std::string& method, const std::string& path, int code);

struct SignalKind {
  std::string_view name;
  model::MetricType type;  // the type that a metric of this signal has if it does not say
  std::string_view doc;
};
// requests, errors, error_ratio, request_rate, duration, in_flight, queue_length, cpu, memory.
std::span<const SignalKind> metric_signals();

// metrics[i]; inside: value, under (by fault id). A list item with `file` instead is not of this kind.
std::span<const FieldSpec> metric_fields();
MetricSpec make_metric(const Fields& fields);
std::span<const FieldSpec> metric_value_fields();
ValueSpec make_metric_value(const Fields& fields);
std::span<const FieldSpec> metric_effect_fields();
ValueEffect make_metric_effect(const Fields& fields);

// What is wrong across fields; `what` is empty if all is well.
struct MetricProblem {
  std::string what;
  std::string remedy;
  std::string label{};  // that it is about; empty: the metric as a whole
};
MetricProblem problem_of(const MetricSpec& metric);

}  // namespace firedrill::fake_services
