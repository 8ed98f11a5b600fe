#include "alerting/lint.h"
#include "base/text/format.h"

namespace firedrill::alerting {

void lint_runbook(const LintInput& input, std::vector<LintFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || annotated(rule, {"runbook", "runbook_url", "playbook"})) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} has no runbook", rule.name()),
                        "add an annotation `runbook_url`"});
  }
}

}  // namespace firedrill::alerting
