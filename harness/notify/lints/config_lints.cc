#include "notify/lints/config_lints.h"

#include <algorithm>

#include "base/text/format.h"
#include "lint/causes.h"
#include "lint/comments.h"
#include "notify/operator/resources.h"

namespace firedrill::notify {
namespace {

// Pairs of an alert and a route; beyond them the alerts are not looked at.
constexpr std::size_t kMostPairs = 20'000'000;

}  // namespace

std::string listed(std::span<const std::string> names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    if (!text.empty()) text += ", ";
    text += names[i];
  }
  if (names.size() > most) text += format(" and {} more", names.size() - most);
  return text;
}

Diagnostics lint_configuration(const Configuration& configuration, std::span<const AlertShape> alerts,
                               const std::set<std::string, std::less<>>& disabled) {
  std::vector<std::vector<Truth>> taking;
  if (alerts.size() * configuration.routes.size() > kMostPairs) alerts = {};
  for (const AlertShape& alert : alerts) taking.push_back(takers(configuration.routes, alert));
  const ConfigLintInput input{configuration, alerts, taking};
  Diagnostics warnings;
  for (const ConfigLint& each : config_lints()) {
    if (disabled.contains(each.name)) continue;
    std::vector<ConfigFinding> findings;
    each.check(input, findings);
    for (ConfigFinding& finding : findings) {
      Diagnostic said{Severity::warning, std::move(finding.where), std::move(finding.what), std::move(finding.remedy)};
      if (configuration.resources) configuration.resources->tell(said);
      said.what = lint::with_cause(said.what, each.name);
      warnings.push_back(std::move(said));
    }
  }
  lint::leave_out_disabled(warnings);
  return warnings;
}

bool lints::tells_anybody(const Configuration& configuration, const Route& route, Agree agree) {
  const Receiver* receiver = configuration.receiver(route.receiver);
  if (receiver != nullptr && !receiver->integrations.empty()) return true;
  return std::ranges::any_of(route.children, [&](std::size_t index) {
    const Route& child = configuration.routes[index];
    return agree(route, child) && tells_anybody(configuration, child, agree);
  });
}

}  // namespace firedrill::notify
