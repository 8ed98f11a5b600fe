// Which targets of a real Prometheus change in a run: those of services that somebody scales or rolls back, or of which
// another version is rolled out, since their processes come and go; and those that a fault keeps scrapes away from,
// which are scraped at another address meanwhile. All others stay where they are.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "scenario/load.h"

namespace firedrill::monitor {

// So long Prometheus takes at most, by the machine's clock, until it has found a process that has come, or no longer
// scrapes one that has gone (discovery/manager.go and scrape/manager.go look every five seconds).
inline constexpr Duration kDiscovery = std::chrono::seconds(5);

// The same in an incident's time.
inline Duration found_within(double speed) {
  return from_seconds(to_seconds(kDiscovery) * speed);
}

// What changes the targets of a service, in words, and the service; whether it takes processes away.
struct TargetChange {
  std::string what;
  std::string service;
  bool takes_away = true;
};
std::vector<TargetChange> target_changes(const scenario::LoadedScenario& scenario);

// The jobs of these services, in the topology's order.
std::vector<std::string> changing_jobs(const scenario::LoadedScenario& scenario);

}  // namespace firedrill::monitor
