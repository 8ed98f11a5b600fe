#include "fake_services/telemetry/forged_metric.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace firedrill::fake_services {
namespace {

// Of what client libraries call a counter, or make of one.
model::MetricType type_of(const ForgedMetric& metric) {
  constexpr std::array<std::string_view, 4> kCounted = {"_total", "_count", "_sum", "_bucket"};
  const bool counted = std::ranges::any_of(kCounted, [&](std::string_view s) { return metric.metric.ends_with(s); });
  return counted || metric.rate != 0 ? model::MetricType::counter : model::MetricType::gauge;
}

}  // namespace

bool ForgedMetric::names(const model::Labels& series) const {
  return series.metric_name() == metric &&
         std::ranges::all_of(labels, [&](const auto& label) { return series.get(label.first) == label.second; });
}

model::SeriesInfo ForgedMetric::made_of(const model::Labels& target) const {
  model::SeriesInfo series{target, type_of(*this)};
  for (const auto& [name, value] : labels) series.labels.set(name, value);
  series.labels.set(model::kMetricName, metric);
  return series;
}

}  // namespace firedrill::fake_services
