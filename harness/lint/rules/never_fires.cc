#include "alerting/analysis/value_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using alerting::ValueFlow;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
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

}  // namespace

RuleLint never_fires() {
  return {
      {.name = "never-fires",
       .summary = "an alert's expression cannot have a result",
       .doc = "The expression is empty whatever the data: matchers of one selector contradict each other, comparisons "
              "exclude each other (x > 5 and x < 3), or a value is compared with what it never takes (count(x) == 0: "
              "the count of nothing is no sample, and not 0; x == NaN; more than 1 of a share of 1).",
       .instead = "For nothing being there: absent(x), or (count(x) or vector(0)) == 0. For NaN: x != x.",
       .why = "An aggregation of no samples is no sample; a comparison without `bool` takes away what it does not hold "
              "for."},
      check};
}

}  // namespace firedrill::lint::rules
