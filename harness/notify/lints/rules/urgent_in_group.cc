#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

constexpr std::string_view kSeverity = "severity";
// Pairs of alerts that are compared; after them nothing more is said.
constexpr std::size_t kMostLooks = 20'000'000;
constexpr std::string_view kUrgent[] = {"critical", "page", "emergency", "P0", "P1"};

bool is_urgent(std::string_view severity) {
  return std::ranges::find(kUrgent, severity) != std::end(kUrgent);
}

// Whether the two can have the same value of the label; where it is not known, they can.
bool may_agree(const AlertShape& a, const AlertShape& b, std::string_view label) {
  const auto one = a.value(label);
  const auto other = b.value(label);
  if (one && other) return *one == *other;
  if (one && one->empty()) return !b.has(label);
  if (other && other->empty()) return !a.has(label);
  return true;
}

bool may_share_a_group(const Route& route, const AlertShape& a, const AlertShape& b) {
  if (route.group_by_all) return false;
  return std::ranges::all_of(route.group_by, [&](const std::string& label) { return may_agree(a, b, label); });
}

// The first lesser alert that the route surely takes, too, and whose group the urgent one can come into.
const AlertShape* lesser_in_group(const ConfigLintInput& input, const Route& route, const AlertShape& urgent) {
  for (std::size_t i = 0; i < input.alerts.size(); ++i) {
    const AlertShape& other = input.alerts[i];
    const auto severity = other.value(kSeverity);
    if (!severity || severity->empty() || is_urgent(*severity)) continue;
    if (input.takers[i][route.index] == Truth::yes && may_share_a_group(route, urgent, other)) return &other;
  }
  return nullptr;
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  std::size_t looks = kMostLooks;
  for (const Route& route : input.configuration.routes) {
    const Receiver* receiver = input.configuration.receiver(route.receiver);
    const bool tells_nobody = receiver == nullptr || receiver->integrations.empty();
    if (tells_nobody || route.group_interval <= route.group_wait) continue;
    for (std::size_t i = 0; i < input.alerts.size() && looks > 0; ++i) {
      const AlertShape& urgent = input.alerts[i];
      const auto severity = urgent.value(kSeverity);
      if (!severity || !is_urgent(*severity) || input.takers[i][route.index] != Truth::yes) continue;
      looks -= std::min(looks, input.alerts.size());
      const AlertShape* lesser = lesser_in_group(input, route, urgent);
      if (lesser == nullptr) continue;
      findings.push_back(
          {route.where,
           format("{} ({}) can come into the group of {} ({}), and then waits up to {} for its flush", urgent.name,
                  *severity, lesser->name, *lesser->value(kSeverity), format_duration(route.group_interval)),
           "add severity to group_by, or give urgent alerts a route of their own"});
      break;
    }
  }
}

}  // namespace

ConfigLint urgent_in_group() {
  return {
      {.name = "urgent-in-group",
       .summary = "an urgent alert that waits for the group of a lesser one",
       .doc = "Alerts of both severities come into one group. Where it is already there, an urgent alert is told with "
              "the group's next flush, up to group_interval later, instead of after group_wait.",
       .instead = "group_by with `severity`, or a route of its own with a short group_interval.",
       .why = "group_wait counts for the first flush of a group alone; alerts that come later wait for the next."},
      check};
}

}  // namespace firedrill::notify::lints
