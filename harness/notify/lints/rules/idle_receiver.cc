#include <algorithm>

#include "base/text/format.h"
#include "notify/lints/config_lints.h"
#include "template/format/unicode.h"

namespace firedrill::notify::lints {
namespace {

constexpr std::string_view kMeant[] = {"null",       "none",       "nil",   "nobody",  "noop", "blackhole",
                                       "black-hole", "black_hole", "dev",   "discard", "drop", "silence",
                                       "ignore",     "void",       "empty", "trash"};

bool says_so(std::string_view name) {
  const std::string lower = templates::to_lower(name);
  return std::ranges::any_of(kMeant, [&](std::string_view word) { return lower.contains(word); });
}

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  std::set<std::string, std::less<>> used;
  for (const Route& route : input.configuration.routes) used.insert(route.receiver);
  for (const Receiver& receiver : input.configuration.receivers) {
    if (!used.contains(receiver.name)) {
      findings.push_back({receiver.where, format("no route tells the receiver '{}'", receiver.name),
                          "add a route to it, or remove it"});
    } else if (receiver.integrations.empty() && !says_so(receiver.name)) {
      findings.push_back({receiver.where,
                          format("the receiver '{}' has no integration, and tells nobody of its alerts", receiver.name),
                          "add one such as `webhook_configs:`; if that is meant, a name such as 'null' says so"});
    }
  }
}

}  // namespace

ConfigLint idle_receiver() {
  return {
      {.name = "idle-receiver",
       .summary = "a receiver that no route names, or that tells nobody",
       .doc = "A receiver without a route is never used; one without an integration swallows what is sent to it. One "
              "whose name says so (null, none, blackhole, devnull and the like) is meant.",
       .instead = "A route that names it, an integration, or a name that says that nobody is told.",
       .why = "A receiver is used only through a route, and sends only through its integrations."},
      check};
}

}  // namespace firedrill::notify::lints
