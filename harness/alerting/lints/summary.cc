#include "alerting/lint.h"
#include "base/text/format.h"

namespace firedrill::alerting {

void lint_summary(const LintInput& input, std::vector<LintFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || annotated(rule, {"summary", "description", "title", "message"})) continue;
    findings.push_back({&rule, rule.alert->where, format("the alert {} does not say what is wrong", rule.name()),
                        "add an annotation `summary`"});
  }
}

}  // namespace firedrill::alerting
