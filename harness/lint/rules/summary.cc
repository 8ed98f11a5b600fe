#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint {

using alerting::Rule;

void lint_summary(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || annotated(rule, {"summary", "description", "title", "message"})) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} does not say what is wrong", rule.name()),
                        "add an annotation `summary`"});
  }
}

}  // namespace firedrill::lint
