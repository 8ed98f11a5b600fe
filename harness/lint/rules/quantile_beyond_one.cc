#include "alerting/analysis/comparisons.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::Expr;
using promql::Kind;

namespace {

// The quantile that is asked for, if the node asks for one.
const Expr* quantile_of(const Expr& node) {
  if (node.kind == Kind::aggregate) {
    const auto& aggregate = promql::as<promql::Aggregate>(node);
    return aggregate.op == promql::AggregateOp::quantile ? aggregate.parameter.get() : nullptr;
  }
  if (node.kind != Kind::call) return nullptr;
  const auto& call = promql::as<promql::Call>(node);
  const bool one = call.function->name == "histogram_quantile" || call.function->name == "quantile_over_time";
  return one ? call.arguments[0].get() : nullptr;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const Expr& node) {
      const Expr* quantile = quantile_of(node);
      const auto value = quantile == nullptr ? std::nullopt : alerting::constant(*quantile);
      if (!value || (*value >= 0 && *value <= 1)) return;
      const std::string meant = *value > 1 && *value <= 100 ? format("write {}", format_number(*value / 100))
                                                            : "write a number between 0 and 1";
      findings.push_back({&rule, locate(rule.expr, quantile->where.begin, quantile->where.end - quantile->where.begin),
                          format("a quantile is between 0 and 1, and the result of {} is {}Inf", format_number(*value),
                                 *value > 1 ? "+" : "-"),
                          meant});
    });
  }
}

}  // namespace

RuleLint quantile_beyond_one() {
  return {
      {.name = "quantile-beyond-one",
       .summary = "a quantile that is not between 0 and 1",
       .doc =
           "histogram_quantile(99, …) is not the 99th percentile: the result is +Inf whatever the data, below 0 -Inf.",
       .instead = "histogram_quantile(0.99, …).",
       .why = "Prometheus takes a quantile as a share, and gives an infinity with an annotation where it is none."},
      check};
}

}  // namespace firedrill::lint::rules
