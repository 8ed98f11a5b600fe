#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

namespace {

// What these give is there whatever it comes to, as long as the series are.
constexpr std::array<std::string_view, 11> kMeasure = {"changes", "delta",    "deriv", "histogram_quantile",
                                                       "idelta",  "increase", "irate", "predict_linear",
                                                       "rate",    "resets",   "time"};

// The value that a result comes to, through what passes it on.
const Expr& measured(const Expr& expression) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind == Kind::unary) return measured(*promql::as<promql::Unary>(node).inner);
  if (node.kind == Kind::aggregate) {
    const auto& aggregate = promql::as<promql::Aggregate>(node);
    using enum promql::AggregateOp;
    const bool keeps = aggregate.op == sum || aggregate.op == avg || aggregate.op == min || aggregate.op == max;
    return keeps ? measured(*aggregate.inner) : node;
  }
  if (node.kind == Kind::binary) {
    const auto& binary = promql::as<promql::Binary>(node);
    const bool scaled = binary.op == BinaryOp::mul && binary.lhs->type != binary.rhs->type;
    if (scaled) return measured(binary.lhs->type == promql::ValueType::vector ? *binary.lhs : *binary.rhs);
  }
  return node;
}

bool is_measurement(const Expr& node) {
  if (node.kind == Kind::call) {
    const auto& call = promql::as<promql::Call>(node);
    return std::ranges::find(kMeasure, call.function->name) != kMeasure.end();
  }
  if (node.kind != Kind::binary) return false;
  const auto& binary = promql::as<promql::Binary>(node);
  return binary.op == BinaryOp::div || binary.op == BinaryOp::sub;
}

// Something in it decides whether there is a result.
bool decides(const Expr& expression) {
  bool found = false;
  promql::walk(expression, [&](const Expr& node) {
    if (node.kind == Kind::binary) {
      const BinaryOp op = promql::as<promql::Binary>(node).op;
      found = found || promql::is_comparison(op) || promql::is_set_operator(op);
    }
    if (node.kind == Kind::call) {
      const auto special = promql::as<promql::Call>(node).function->special;
      found = found || special == promql::Special::absent || special == promql::Special::absent_over_time;
    }
  });
  return found;
}

// Of series that are there only while something is wrong.
bool reads_alerts_or_records(const Expr& expression) {
  return std::ranges::any_of(promql::selectors(expression), [](const promql::VectorSelector* selector) {
    return selector->name.empty() || selector->name.starts_with("ALERTS") || selector->name.contains(':');
  });
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert || decides(*rule.expression) || reads_alerts_or_records(*rule.expression)) continue;
    if (!is_measurement(measured(*rule.expression))) continue;
    findings.push_back({&rule, rule.expr.where,
                        format("the alert {} compares {} with nothing, and fires on any value, 0 too", rule.name(),
                               promql::print(*rule.expression)),
                        "add a threshold: > 0"});
  }
}

}  // namespace

RuleLint no_comparison() {
  return {
      {.name = "no-comparison",
       .summary = "an alert compares its measurement with nothing",
       .doc =
           "A rate, a ratio or a quantile is there at every evaluation, 0 too, and so the alert fires as long as its "
           "series exist. Expressions whose being there says something (absent(), `unless`, ALERTS, a record) are "
           "left alone.",
       .instead = "A threshold: rate(x_total[5m]) > 0.",
       .why = "An alert is active for each sample that its expression gives, whatever its value."},
      check};
}

}  // namespace firedrill::lint::rules
