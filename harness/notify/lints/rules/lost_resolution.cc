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

// Years that are over: what held in them alone mutes nothing any more.
constexpr int kLastPastYear = 2025;

bool is_over(const TimeInterval& interval) {
  return interval.years &&
         std::ranges::all_of(*interval.years, [](const IntegerRange& range) { return range.end <= kLastPastYear; });
}

bool outlasts_resends(const TimeInterval& interval) {
  if (is_over(interval) || !comes(interval)) return false;
  if (!interval.times) return true;
  return std::ranges::any_of(*interval.times, [](const TimeOfDayRange& range) {
    return range.end_minute - range.begin_minute > kResendMinutes;
  });
}

// Weeks of the four seasons: what leaves no gap in them may leave one elsewhere, of which nothing is said.
constexpr Time kWeeks[] = {Time(1'799'971'200s), Time(1'807'747'200s), Time(1'815'609'600s), Time(1'823'472'000s)};
constexpr int kMinutes = 8 * 24 * 60;

// Whether none of the intervals holds for longer than the end of an alert is repeated, where one of them does at times.
bool leaves_gaps(const std::vector<const NamedTimeInterval*>& intervals) {
  bool holds_at_times = false;
  bool has_gap = false;
  for (const Time week : kWeeks) {
    int without = 0;
    for (int minute = 0; minute < kMinutes; ++minute) {
      const Time at = week + minute * 1min;
      const bool holds =
          std::ranges::any_of(intervals, [&](const NamedTimeInterval* each) { return each->contains(at); });
      without = holds ? 0 : without + 1;
      holds_at_times = holds_at_times || holds;
      has_gap = has_gap || without > kResendMinutes;
    }
  }
  return holds_at_times && has_gap;
}

class Times {
 public:
  explicit Times(const Configuration& configuration) : configuration_(configuration) {}

  bool leave_gaps(const std::vector<std::string>& names) {
    const auto known = gaps_.find(names);
    if (known != gaps_.end()) return known->second;
    return gaps_.emplace(names, leaves_gaps(named(names))).first->second;
  }

  // Whether the route tells of anything at some time of the weeks. What it never told of is open with nobody.
  bool tells(const Route& route) {
    std::pair key{route.mute_time_intervals, route.active_time_intervals};
    const auto known = telling_.find(key);
    if (known != telling_.end()) return known->second;
    const bool tells = has_open_minute(named(key.first), named(key.second));
    return telling_.emplace(std::move(key), tells).first->second;
  }

 private:
  using Intervals = std::vector<const NamedTimeInterval*>;

  static bool has_open_minute(const Intervals& mutes, const Intervals& actives) {
    for (const Time week : kWeeks) {
      for (int minute = 0; minute < kMinutes; ++minute) {
        const auto holds = [&](const NamedTimeInterval* each) { return each->contains(week + minute * 1min); };
        const bool is_active = actives.empty() || std::ranges::any_of(actives, holds);
        if (is_active && std::ranges::none_of(mutes, holds)) return true;
      }
    }
    return false;
  }

  Intervals named(const std::vector<std::string>& names) const {
    Intervals intervals;
    for (const std::string& name : names) {
      if (const NamedTimeInterval* each = configuration_.time_interval(name)) intervals.push_back(each);
    }
    return intervals;
  }

  const Configuration& configuration_;
  std::map<std::vector<std::string>, bool> gaps_;
  std::map<std::pair<std::vector<std::string>, std::vector<std::string>>, bool> telling_;
};

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& each : names) out += format("{}'{}'", out.empty() ? "" : ", ", each);
  return names.size() == 1 ? out + " does not hold" : format("none of {} holds", out);
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  Times times(input.configuration);
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
    if (found == waiting_in.end() || !times.tells(route)) continue;
    const Integration* waiting = found->second;
    if (!route.active_time_intervals.empty() && times.leave_gaps(route.active_time_intervals)) {
      findings.push_back(
          {route.where,
           format("what ends while {} stays open in {} if that lasts 15 minutes more",
                  listed(route.active_time_intervals), waiting->kind),
           "Prometheus repeats the end of an alert for 15 minutes only; mute where people are called instead"});
    }
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
                  "repeats that an alert has ended for 15 minutes; where a mute, or the time outside of the active "
                  "intervals, lasts "
                  "longer, nobody is told.",
           .instead = "A mute of at most 15 minutes, or a route of its own for such receivers.",
           .why = "A group that is muted counts as told at its flush: alerts that are over are deleted, and only a "
                  "re-send of Prometheus makes the group anew."},
          check};
}

}  // namespace firedrill::notify::lints
