#include "base/duration.h"
#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

bool repeat_alike(const Route& one, const Route& other) {
  return one.repeat_interval == other.repeat_interval && one.group_interval == other.group_interval;
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  const std::vector<Route>& routes = input.configuration.routes;
  for (const Route& route : routes) {
    const bool inherited = route.parent && repeat_alike(routes[*route.parent], route);
    if (inherited || route.repeat_interval % route.group_interval == Duration{}) continue;
    if (!tells_anybody(input.configuration, route, repeat_alike)) continue;
    const bool below = route.repeat_interval < route.group_interval;
    findings.push_back({route.where,
                        format("repeat_interval {} is {} group_interval {}", format_duration(route.repeat_interval),
                               below ? "shorter than" : "no multiple of", format_duration(route.group_interval)),
                        format("notifications are repeated at a flush of the group only, every {}",
                               format_duration(route.group_interval))});
  }
}

}  // namespace

ConfigLint repeat_interval() {
  return {
      {.name = "repeat-interval",
       .summary = "repeats that cannot come as often as the configuration says",
       .doc = "A notification is repeated at a flush of its group only, every group_interval: a repeat_interval below "
              "that, or that is no multiple of it, is not kept.",
       .instead = "A multiple of group_interval.",
       .why = "The time since the last notification is looked at when a group is flushed, and not in between."},
      check};
}

}  // namespace firedrill::notify::lints
