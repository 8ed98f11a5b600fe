#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint {

using alerting::Rule;

void lint_runbook(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || annotated(rule, {"runbook", "runbook_url", "playbook"})) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} has no runbook", rule.name()),
                        "add an annotation `runbook_url`"});
  }
}

}  // namespace firedrill::lint
