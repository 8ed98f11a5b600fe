#include "fake_services/telemetry/metric_scale.h"

#include <algorithm>
#include <array>

#include "base/contains.h"
#include "fake_services/telemetry/cluster_targets.h"
#include "fake_services/telemetry/instrument_names.h"

namespace firedrill::fake_services {
namespace {

constexpr std::array<std::string_view, 3> kOfHistogram = {"_bucket", "_sum", "_count"};
constexpr std::array<std::string_view, 4> kOfCounts = {"_total", "_bucket", "_sum", "_count"};

std::optional<MetricScale> scale_of(std::string_view metric) {
  const auto own = std::ranges::find(kInstruments, metric, &Instrument::name);
  if (own != kInstruments.end()) return own->scale;
  // How long a scrape takes is a matter of the machine; that it was made, and what of it came, one of the incident.
  if (is_of_scrape(metric)) {
    return metric == "scrape_duration_seconds" ? MetricScale::request_level : MetricScale::incident;
  }
  return contains(cluster_metric_names(), metric) ? std::optional(MetricScale::incident) : std::nullopt;
}

}  // namespace

std::optional<MetricScale> declared_scale(std::string_view metric) {
  if (const auto found = scale_of(metric)) return found;
  for (const std::string_view suffix : kOfHistogram) {
    if (!metric.ends_with(suffix)) continue;
    const auto histogram = scale_of(metric.substr(0, metric.size() - suffix.size()));
    if (histogram == MetricScale::request_count) return histogram;
  }
  return std::nullopt;
}

MetricScale scale_by_name(std::string_view metric) {
  if (const auto declared = declared_scale(metric)) return *declared;
  const bool counts = std::ranges::any_of(kOfCounts, [&](std::string_view suffix) { return metric.ends_with(suffix); });
  return counts ? MetricScale::request_count : MetricScale::request_level;
}

}  // namespace firedrill::fake_services
