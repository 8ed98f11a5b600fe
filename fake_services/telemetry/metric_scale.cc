#include "fake_services/telemetry/metric_scale.h"

#include <algorithm>
#include <array>
#include <span>

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

// What stands for no signal is made up by the incident's time.
MetricScale scale_of(const MetricSpec& metric) {
  constexpr std::array<std::string_view, 4> kCounts = {"requests", "errors", "duration", "cpu"};
  constexpr std::array<std::string_view, 2> kBacklogs = {"messages_waiting", "message_age"};
  constexpr std::array<std::string_view, 3> kOfIncident = {"", "disk_available", "certificate_expiry"};
  if (contains(std::span<const std::string_view>(kCounts), metric.signal)) return MetricScale::request_count;
  if (contains(std::span<const std::string_view>(kBacklogs), metric.signal)) return MetricScale::backlog;
  const bool of_incident = contains(std::span<const std::string_view>(kOfIncident), metric.signal);
  return of_incident ? MetricScale::incident : MetricScale::request_level;
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

MetricScale scale_by_type(std::string_view series, model::MetricType type) {
  using enum model::MetricType;
  if (type == unknown) return scale_by_name(series);
  const bool of_summary = series.ends_with("_sum") || series.ends_with("_count");
  const bool counts = type == counter || type == histogram || (type == summary && of_summary);
  return counts ? MetricScale::request_count : MetricScale::request_level;
}

bool tells_instant(std::string_view series, model::MetricType type) {
  using enum model::MetricType;
  if (type != gauge && type != unknown) return false;
  return series == "process_start_time_seconds" || series.ends_with("_timestamp_seconds") ||
         series.ends_with("_created");
}

MetricScales::MetricScales(std::span<const MetricSpec> metrics, std::span<const Program> programs) {
  for (const MetricSpec& metric : metrics) {
    const MetricScale scale = scale_of(metric);
    known_[metric.name] = scale;
    if (metric.type != model::MetricType::histogram) continue;
    for (const std::string_view suffix : kOfHistogram) known_[base_name(metric) + std::string(suffix)] = scale;
  }
  for (const Program& program : programs) add(program);
}

void MetricScales::add(const Program& program) {
  for (const auto& [series, type] : program.series) {
    if (tells_instant(series, type)) instants_.emplace(series, program.job);
    const MetricScale own = scale_by_type(series, type);
    // Of a histogram no process has a series of that very name, and a program's summary has.
    if (series == kDurationMetric && !known_.contains(series)) {
      known_[series] = own;
      continue;
    }
    const MetricScale known = find(series).value_or(own);
    const bool by_requests = known == MetricScale::request_count || known == MetricScale::request_level;
    if (by_requests && known != own) disputed_.insert(series);
    known_.emplace(series, known);
  }
}

std::optional<MetricScale> MetricScales::find(std::string_view series) const {
  const auto known = known_.find(series);
  return known == known_.end() ? declared_scale(series) : std::optional(known->second);
}

std::vector<std::string> MetricScales::instants_of(std::string_view series) const {
  std::vector<std::string> jobs;
  const auto [from, to] = instants_.equal_range(series);
  for (auto it = from; it != to; ++it) jobs.push_back(it->second);
  return jobs;
}

}  // namespace firedrill::fake_services
