#include <algorithm>

#include "base/text/format.h"
#include "notify/lints/config_lints.h"
#include "template/format/unicode.h"

namespace firedrill::notify {
namespace {

constexpr std::string_view kMeant[] = {"null",       "none",       "nil",   "nobody",  "noop", "blackhole",
                                       "black-hole", "black_hole", "dev",   "discard", "drop", "silence",
                                       "ignore",     "void",       "empty", "trash"};

bool says_so(std::string_view name) {
  const std::string lower = templates::to_lower(name);
  return std::ranges::any_of(kMeant, [&](std::string_view word) { return lower.contains(word); });
}

}  // namespace

void lint_idle_receiver(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  std::set<std::string, std::less<>> used;
  for (const Route& route : input.configuration.routes) used.insert(route.receiver);
  for (const Receiver& receiver : input.configuration.receivers) {
    if (!used.contains(receiver.name)) {
      findings.push_back({receiver.where, format("no route tells the receiver '{}'", receiver.name),
                          "add a route to it, or remove it"});
    } else if (receiver.integrations.empty() && !says_so(receiver.name)) {
      findings.push_back({receiver.where,
                          format("the receiver '{}' has no integration: nobody hears of its alerts", receiver.name),
                          "add one such as `webhook_configs:`; if that is meant, a name such as 'null' says so"});
    }
  }
}

}  // namespace firedrill::notify
