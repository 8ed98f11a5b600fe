#include "suite/baseline.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace firedrill::suite {

const Baseline::Scenario* Baseline::find(std::string_view scenario, std::uint64_t seed) const {
  const auto found = std::ranges::find_if(
      scenarios, [&](const Scenario& each) { return each.scenario == scenario && each.seed == seed; });
  return found == scenarios.end() ? nullptr : &*found;
}

namespace {

void sort_entries(Baseline& baseline) {
  std::ranges::sort(baseline.scenarios, {}, [](const auto& each) { return std::tie(each.scenario, each.seed); });
  std::ranges::sort(baseline.detections, {},
                    [](const auto& each) { return std::tie(each.scenario, each.seed, each.incident); });
  std::ranges::sort(baseline.pages, {},
                    [](const auto& each) { return std::tie(each.scenario, each.seed, each.alert, each.incident); });
}

}  // namespace

Baseline make_baseline(std::span<const reports::suite::ScenarioRun> runs, Duration slower_by, const FileOf& file_of) {
  Baseline baseline;
  baseline.slower_by = slower_by;
  for (const reports::suite::ScenarioRun& run : runs) {
    baseline.scenarios.push_back({run.scenario, run.seed, run.verdict, file_of ? file_of(run) : std::string()});
    for (const reports::suite::Incident& incident : run.incidents) {
      baseline.detections.push_back({run.scenario, run.seed, incident.id, incident.detected_after, incident.alert});
    }
    for (const reports::suite::Page& page : run.pages) {
      baseline.pages.push_back({run.scenario, run.seed, page.alert, page.incident, page.times});
    }
  }
  sort_entries(baseline);
  return baseline;
}

NotRun keep_the_others(Baseline& baseline, const Baseline& before,
                       const std::function<bool(const Baseline::Scenario&)>& gone) {
  NotRun others;
  for (const Baseline::Scenario& each : before.scenarios) {
    if (baseline.find(each.scenario, each.seed) != nullptr) continue;
    (gone(each) ? others.dropped : others.kept).push_back(each);
  }
  const auto kept = [&](const auto& entry) {
    return std::ranges::any_of(others.kept, [&](const Baseline::Scenario& each) {
      return each.scenario == entry.scenario && each.seed == entry.seed;
    });
  };
  std::ranges::copy(others.kept, std::back_inserter(baseline.scenarios));
  std::ranges::copy_if(before.detections, std::back_inserter(baseline.detections), kept);
  std::ranges::copy_if(before.pages, std::back_inserter(baseline.pages), kept);
  sort_entries(baseline);
  return others;
}

}  // namespace firedrill::suite
