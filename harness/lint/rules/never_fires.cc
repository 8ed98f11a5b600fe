#include "alerting/analysis/value_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using alerting::ValueFlow;

namespace {

// The sides of `or` that never have a result, while the whole may have one.
void look_at_sides(const Rule& rule, std::vector<RuleFinding>& findings) {
  promql::walk(*rule.expression, [&](const promql::Expr& node) {
    if (node.kind != promql::Kind::binary) return;
    const auto& binary = promql::as<promql::Binary>(node);
    if (binary.op != promql::BinaryOp::or_) return;
    for (const promql::Expr* side : {binary.lhs.get(), binary.rhs.get()}) {
      const ValueFlow flow = alerting::value_flow(*side);
      if (flow.empty_at == nullptr) continue;
      // Told of the side within, which is looked at next.
      const promql::Expr& inner = promql::unwrap(*side);
      if (inner.kind == promql::Kind::binary && promql::as<promql::Binary>(inner).op == promql::BinaryOp::or_) continue;
      const promql::TextRange where = flow.empty_at->where;
      findings.push_back({&rule, locate(rule.expr, where.begin, where.end - where.begin),
                          format("this side of the `or` never has a result: {}", flow.why),
                          "mend it, or leave it out; a comparison binds more than `or`: (x or vector(0)) > 5"});
    }
  });
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    const ValueFlow flow = alerting::value_flow(*rule.expression);
    if (flow.empty_at == nullptr) {
      look_at_sides(rule, findings);
      continue;
    }
    const promql::TextRange where = flow.empty_at->where;
    const std::string what = rule.alert ? format("the alert {} can never fire", rule.name())
                                        : format("the rule {} never records anything", rule.name());
    findings.push_back({&rule, locate(rule.expr, where.begin, where.end - where.begin),
                        format("{}: {}", what, flow.why), "mend the expression, or remove the rule"});
  }
}

}  // namespace

RuleLint never_fires() {
  return {{.name = "never-fires",
           .summary = "an alert's expression, or one side of an `or` in it, cannot have a result",
           .doc = "The expression is empty whatever the data: matchers of one selector contradict each other, "
                  "comparisons exclude each other (x > 5 and x < 3), or a value is compared with what it never takes "
                  "(count(x) == 0: the count of nothing is no sample, and not 0; x == NaN; up > 1; ALERTS == 0; more "
                  "than 1 of a share of 1). So may one side of `or` be: `x or vector(0) > 5` is x, whatever its value.",
           .instead = "For nothing being there: absent(x), or (count(x) or vector(0)) == 0. For NaN: x != x. With a "
                      "default: (x or vector(0)) > 5.",
           .why = "An aggregation of no samples is no sample; a comparison without `bool` takes away what it does not "
                  "hold for, and binds more than `or`."},
          check};
}

}  // namespace firedrill::lint::rules
