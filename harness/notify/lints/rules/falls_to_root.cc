#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  const Route& root = input.configuration.root();
  if (root.children.empty()) return;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < input.alerts.size(); ++i) {
    const bool falls = input.takers[i][root.index] == Truth::yes;
    if (falls && (names.empty() || names.back() != input.alerts[i].name)) names.push_back(input.alerts[i].name);
  }
  if (names.empty()) return;
  const std::string_view them = names.size() == 1 ? "it" : "them";
  const std::string rules = names.size() == 1 ? "its rule gives it" : "their rules give them";
  // The root is the operator's own then, and stands nowhere.
  if (input.configuration.resources) {
    findings.push_back({input.configuration.routes[root.children.front()].where,
                        format("with the labels that {}, no resource's route takes {}", rules, listed(names)),
                        format("nobody is told of {}; a resource takes the alerts of its own namespace alone: add a "
                               "route, or the label that one looks for",
                               them)});
    return;
  }
  findings.push_back({root.where,
                      format("with the labels that {}, no route below the root takes {}", rules, listed(names)),
                      format("'{}' is told of {}; add a route, or the label that one looks for", root.receiver, them)});
}

}  // namespace

ConfigLint falls_to_root() {
  return {
      {.name = "falls-to-root",
       .summary = "alerts of the rules that no route below the root takes",
       .doc = "With the labels that their rules give them, these alerts of the rule files beside the configuration go "
              "to the receiver of the root, where that of a route was probably meant.",
       .instead = "A route for them, or the receiver of the root, if it is meant.",
       .why = "An alert goes to the deepest route whose matchers it passes; the root has none and takes what is left."},
      check};
}

}  // namespace firedrill::notify::lints
