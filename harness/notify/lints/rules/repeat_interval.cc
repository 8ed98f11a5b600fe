#include "base/duration.h"
#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  const std::vector<Route>& routes = input.configuration.routes;
  for (const Route& route : routes) {
    const Route* parent = route.parent ? &routes[*route.parent] : nullptr;
    const bool inherited = parent != nullptr && parent->repeat_interval == route.repeat_interval &&
                           parent->group_interval == route.group_interval;
    if (inherited || route.repeat_interval % route.group_interval == Duration{}) continue;
    if (!tells_anybody(input.configuration, route)) continue;
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
