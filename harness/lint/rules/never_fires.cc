#include "alerting/analysis/value_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint {

using alerting::Rule;
using alerting::ValueFlow;

void lint_never_fires(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    const ValueFlow flow = alerting::value_flow(*rule.expression);
    if (flow.empty_at == nullptr) continue;
    const promql::TextRange where = flow.empty_at->where;
    const std::string what = rule.alert ? format("the alert {} can never fire", rule.name())
                                        : format("the rule {} never records anything", rule.name());
    findings.push_back({&rule, locate(rule.expr, where.begin, where.end - where.begin),
                        format("{}: {}", what, flow.why), "mend the expression, or remove the rule"});
  }
}

}  // namespace firedrill::lint
