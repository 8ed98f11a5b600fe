#include <algorithm>
#include <array>

#include "alerting/analysis/comparisons.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::Expr;
using promql::Kind;

namespace {

// The call that extrapolates, if the value is one or a sum of such.
const promql::Call* extrapolation(const Expr& value) {
  constexpr std::array<std::string_view, 3> kExtrapolate = {"delta", "increase", "rate"};
  const Expr& node = promql::unwrap(value);
  if (node.kind == Kind::aggregate) {
    const auto& aggregate = promql::as<promql::Aggregate>(node);
    using enum promql::AggregateOp;
    const bool keeps = aggregate.op == sum || aggregate.op == min || aggregate.op == max;
    return keeps ? extrapolation(*aggregate.inner) : nullptr;
  }
  if (node.kind != Kind::call) return nullptr;
  const auto& call = promql::as<promql::Call>(node);
  return std::ranges::find(kExtrapolate, call.function->name) != kExtrapolate.end() ? &call : nullptr;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const Expr& node) {
      if (node.kind != Kind::binary) return;
      const auto& binary = promql::as<promql::Binary>(node);
      if (binary.op != promql::BinaryOp::eq) return;
      const bool left = binary.rhs->type == promql::ValueType::scalar;
      const auto number = alerting::constant(left ? *binary.rhs : *binary.lhs);
      const promql::Call* call = extrapolation(left ? *binary.lhs : *binary.rhs);
      // That nothing has happened is 0, however far it is extrapolated.
      if (!number || *number == 0 || call == nullptr) return;
      findings.push_back({&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
                          format("{}() is extrapolated to its window, and so it is seldom exactly {}",
                                 call->function->name, format_number(*number)),
                          "compare with >=, or round() it first"});
    });
  }
}

}  // namespace

RuleLint increase_equals() {
  return {
      {.name = "increase-equals",
       .summary = "a whole number is compared with increase() by ==",
       .doc =
           "increase(), delta() and rate() are extrapolated from the samples that there are to the whole window: one "
           "error counts as 1.07 or 1.25. 0 stays 0.",
       .instead = "increase(x_total[5m]) >= 1, > 0.5, or round(increase(x_total[5m])) == 1.",
       .why = "The first and the last sample of a window seldom lie on its bounds, and the functions estimate what "
              "happened between them and the bounds."},
      check};
}

}  // namespace firedrill::lint::rules
