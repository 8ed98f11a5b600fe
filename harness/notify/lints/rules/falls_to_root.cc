#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify {

void lint_falls_to_root(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  const Route& root = input.configuration.root();
  if (root.children.empty()) return;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < input.alerts.size(); ++i) {
    const bool falls = input.takers[i][root.index] == Truth::yes;
    if (falls && (names.empty() || names.back() != input.alerts[i].name)) names.push_back(input.alerts[i].name);
  }
  if (names.empty()) return;
  findings.push_back({root.where,
                      format("with the labels that {}, no route below the root takes {}",
                             names.size() == 1 ? "its rule gives it" : "their rules give them", listed(names)),
                      format("'{}' is told of {}; add a route, or the label that one looks for", root.receiver,
                             names.size() == 1 ? "it" : "them")});
}

}  // namespace firedrill::notify
