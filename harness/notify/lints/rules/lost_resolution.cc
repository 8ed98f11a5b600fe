#include <algorithm>
#include <map>
#include <set>

#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

constexpr int kResendMinutes = 15;  // Prometheus's resolvedRetention
// Which keep an incident open until they are told of its end.
constexpr std::string_view kWaiting[] = {"pagerduty", "opsgenie", "victorops", "incidentio", "jira"};

bool waits(const Integration& integration) {
  return integration.send_resolved && std::ranges::find(kWaiting, integration.kind) != std::end(kWaiting);
}

bool outlasts_resends(const TimeInterval& interval) {
  if (!interval.times) return true;
  return std::ranges::any_of(*interval.times, [](const TimeOfDayRange& range) {
    return range.end_minute - range.begin_minute > kResendMinutes;
  });
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  std::map<std::string_view, const Integration*> waiting_in;
  for (const Receiver& receiver : input.configuration.receivers) {
    const auto waiting = std::ranges::find_if(receiver.integrations, waits);
    if (waiting != receiver.integrations.end()) waiting_in.emplace(receiver.name, &*waiting);
  }
  std::set<std::string_view> long_ones;
  for (const NamedTimeInterval& interval : input.configuration.time_intervals) {
    if (std::ranges::any_of(interval.intervals, outlasts_resends)) long_ones.insert(interval.name);
  }
  for (const Route& route : input.configuration.routes) {
    const auto found = waiting_in.find(route.receiver);
    if (found == waiting_in.end()) continue;
    const Integration* waiting = found->second;
    for (const std::string& name : route.mute_time_intervals) {
      if (!long_ones.contains(name)) continue;
      findings.push_back(
          {route.where,
           format("what ends while '{}' mutes this route stays open in {} if the mute lasts 15 minutes more", name,
                  waiting->kind),
           "Prometheus repeats the end of an alert for 15 minutes only; mute where people are called instead"});
    }
  }
}

}  // namespace

ConfigLint lost_resolution() {
  return {{.name = "lost-resolution",
           .summary = "a mute that keeps the end of alerts from a receiver that waits for it",
           .doc = "PagerDuty, Opsgenie and their like keep an incident open until they are told of its end. Prometheus "
                  "repeats that an alert has ended for 15 minutes; where a mute lasts longer, nobody is told.",
           .instead = "A mute of at most 15 minutes, or a route of its own for such receivers.",
           .why = "A group that is muted counts as told at its flush: alerts that are over are deleted, and only a "
                  "re-send of Prometheus makes the group anew."},
          check};
}

}  // namespace firedrill::notify::lints
