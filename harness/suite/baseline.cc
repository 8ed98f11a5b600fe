#include "suite/baseline.h"

#include <algorithm>
#include <tuple>

namespace firedrill::suite {

const Baseline::Scenario* Baseline::find(std::string_view scenario, std::uint64_t seed) const {
  const auto found = std::ranges::find_if(
      scenarios, [&](const Scenario& each) { return each.scenario == scenario && each.seed == seed; });
  return found == scenarios.end() ? nullptr : &*found;
}

Baseline make_baseline(std::span<const reports::suite::ScenarioRun> runs, Duration slower_by) {
  Baseline baseline;
  baseline.slower_by = slower_by;
  for (const reports::suite::ScenarioRun& run : runs) {
    baseline.scenarios.push_back({run.scenario, run.seed, run.verdict});
    for (const reports::suite::Incident& incident : run.incidents) {
      baseline.detections.push_back({run.scenario, run.seed, incident.id, incident.detected_after, incident.alert});
    }
    for (const reports::suite::Page& page : run.pages) {
      baseline.pages.push_back({run.scenario, run.seed, page.alert, page.incident, page.times});
    }
  }
  std::ranges::sort(baseline.scenarios, {}, [](const auto& each) { return std::tie(each.scenario, each.seed); });
  std::ranges::sort(baseline.detections, {},
                    [](const auto& each) { return std::tie(each.scenario, each.seed, each.incident); });
  std::ranges::sort(baseline.pages, {},
                    [](const auto& each) { return std::tie(each.scenario, each.seed, each.alert, each.incident); });
  return baseline;
}

}  // namespace firedrill::suite
