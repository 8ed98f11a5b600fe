#include "driver/people/severity_watch.h"

#include <algorithm>
#include <ranges>

#include "driver/truth_minute.h"
#include "incident/severity/severity.h"
#include "incident/truth.h"
#include "record/record.h"

namespace firedrill::driver {
namespace {

using record::SeverityLevel;

// As the judge measures it, over the minutes that there are.
SeverityLevel level_of(std::vector<record::ServiceTruth> truth, const record::SeverityThresholds& thresholds) {
  record::Record record;
  const auto bounds = events::latency_bounds_s();
  record.latency_bounds_s.assign(bounds.begin(), bounds.end());
  record.truth = std::move(truth);
  const std::size_t minutes = incident::minute_count(record);
  if (minutes == 0) return SeverityLevel::p3;
  return incident::determine_severity(incident::severity_inputs(record, minutes - 1), thresholds);
}

}  // namespace

SeverityWatch::SeverityWatch(const fake_services::Topology& topology, const record::SeverityThresholds& thresholds)
    : thresholds_(thresholds) {
  for (std::size_t i = 0; i < topology.services.size(); ++i) {
    const auto& service = topology.services[i];
    if (service.traffic) entries_.push_back({.service = i, .truth = {service.name, true, {}}});
  }
}

void SeverityWatch::add(const events::Minute& minute) {
  constexpr std::size_t kMostLevels = 24 * 60;
  const auto bounds = events::latency_bounds_s();
  std::vector<record::ServiceTruth> all;
  for (Entry& entry : entries_) {
    if (entry.recent.size() == kUsersWindowMinutes) {
      entry.recent.erase(entry.recent.begin());
      entry.truth.minutes.erase(entry.truth.minutes.begin());
    }
    entry.recent.push_back(minute.services[entry.service]);
    entry.truth.minutes.push_back(truth_of(entry.recent, bounds));
    all.push_back(entry.truth);
  }
  levels_.push_back({minute.from + 1min, level_of(std::move(all), thresholds_)});
  if (levels_.size() > kMostLevels) levels_.pop_front();
}

void SeverityWatch::forget() {
  for (Entry& entry : entries_) {
    entry.recent.clear();
    entry.truth.minutes.clear();
  }
  levels_.clear();
}

SeverityLevel SeverityWatch::now() const {
  return levels_.empty() ? SeverityLevel::p3 : levels_.back().level;
}

SeverityLevel SeverityWatch::worst_since(Time t) const {
  SeverityLevel worst = SeverityLevel::p3;
  for (const Level& each : std::views::reverse(levels_)) {
    if (each.end <= t && each.level == SeverityLevel::p3) break;
    worst = std::min(worst, each.level);
  }
  return worst;
}

std::vector<record::ComponentStatus> SeverityWatch::components() const {
  std::vector<record::ComponentStatus> out;
  for (const Entry& entry : entries_) {
    const SeverityLevel level = level_of({entry.truth}, thresholds_);
    out.push_back({entry.truth.service, std::string(record::component_status_of(level))});
  }
  return out;
}

}  // namespace firedrill::driver
