#include "base/duration.h"
#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

constexpr Duration kRetention = std::chrono::hours{120};  // --data.retention

bool repeat_alike(const Route& one, const Route& other) {
  return one.repeat_interval == other.repeat_interval;
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  const std::vector<Route>& routes = input.configuration.routes;
  for (const Route& route : routes) {
    const bool inherited = route.parent && repeat_alike(routes[*route.parent], route);
    if (inherited || route.repeat_interval <= kRetention) continue;
    if (!tells_anybody(input.configuration, route, repeat_alike)) continue;
    findings.push_back(
        {route.where,
         format("repeat_interval {} is longer than Alertmanager remembers what it has sent, unless --data.retention is "
                "raised above its 120h",
                format_duration(route.repeat_interval)),
         "with a retention of 120h the alert is told again then; start Alertmanager with a longer one, or repeat "
         "sooner"});
  }
}

}  // namespace

ConfigLint short_retention() {
  return {
      {.name = "short-retention",
       .summary = "a repeat_interval that outlasts the notification log",
       .doc =
           "Alertmanager forgets after --data.retention, 120h unless said otherwise, what it has sent, and then sends "
           "it again.",
       .instead = "A repeat_interval below the retention, or a longer --data.retention.",
       .why = "The log is what keeps a notification from being sent twice; its entries expire with the retention."},
      check};
}

}  // namespace firedrill::notify::lints
