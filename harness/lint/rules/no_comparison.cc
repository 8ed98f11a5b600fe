#include <algorithm>
#include <array>

#include "alerting/analysis/presence.h"
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

// Prometheus writes these of each target at each scrape, whatever comes of it.
bool is_of_each_scrape(const std::string& name) {
  return name == "up" || name == "scrape_duration_seconds" || name == "scrape_samples_scraped";
}

// A comparison that gives 0 or 1, and takes nothing away.
bool says_zero_or_one(const Expr& node) {
  return node.kind == Kind::binary && promql::as<promql::Binary>(node).return_bool;
}

bool is_measurement(const Expr& node) {
  if (node.kind == Kind::vector_selector) return is_of_each_scrape(promql::as<promql::VectorSelector>(node).name);
  if (node.kind == Kind::call) {
    const auto& call = promql::as<promql::Call>(node);
    return std::ranges::find(kMeasure, call.function->name) != kMeasure.end();
  }
  if (node.kind != Kind::binary) return false;
  const auto& binary = promql::as<promql::Binary>(node);
  return binary.op == BinaryOp::div || binary.op == BinaryOp::sub || binary.return_bool;
}

// Something in it decides whether there is a result.
bool decides(const Expr& expression) {
  bool found = false;
  promql::walk(expression, [&](const Expr& node) {
    if (node.kind == Kind::binary) {
      const auto& binary = promql::as<promql::Binary>(node);
      found = found || (promql::is_comparison(binary.op) && !binary.return_bool) || promql::is_set_operator(binary.op);
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

// `x or vector(0)`: whatever x is, there is a result.
bool has_a_default(const Expr& expression) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind != Kind::binary || promql::as<promql::Binary>(node).op != BinaryOp::or_) return false;
  const auto& binary = promql::as<promql::Binary>(node);
  return alerting::always_there(*binary.rhs) && !alerting::always_there(*binary.lhs);
}

std::string why_always(const Rule& rule) {
  const Expr& value = promql::unwrap(*rule.expression);
  const std::string text = promql::print(value);
  if (has_a_default(value)) return format("the alert {} always fires: {} has a value at every time", rule.name(), text);
  if (says_zero_or_one(measured(value))) {
    return format("the alert {} fires on 0 as on 1: with `bool` {} has a result whether it holds or not", rule.name(),
                  text);
  }
  return format("the alert {} compares {} with nothing, and fires on any value, 0 too", rule.name(), text);
}

std::string remedy(const Expr& expression) {
  if (has_a_default(expression)) return "compare all of it: (x or vector(0)) > 0, or leave the default out";
  if (says_zero_or_one(measured(expression))) return "leave `bool` out";
  const Expr& node = measured(expression);
  const bool up = node.kind == Kind::vector_selector && promql::as<promql::VectorSelector>(node).name == "up";
  if (up && &node == &promql::unwrap(expression)) return "say which value is meant: == 0";
  return up ? "add a threshold: < 1" : "add a threshold: > 0";
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const bool measures = !decides(*rule.expression) && !reads_alerts_or_records(*rule.expression) &&
                          is_measurement(measured(*rule.expression));
    if (!measures && !has_a_default(*rule.expression)) continue;
    findings.push_back({&rule, rule.expr.where, why_always(rule), remedy(*rule.expression)});
  }
}

}  // namespace

RuleLint no_comparison() {
  return {{.name = "no-comparison",
           .summary = "an alert compares its measurement with nothing",
           .doc = "A rate, a ratio, a quantile or `up` is there at every evaluation, 0 too, and so the alert fires as "
                  "long as its series exist; with `> bool` or a default (`or vector(0)`) it is there in any case. "
                  "Expressions whose being there says something (absent(), `unless`, ALERTS, a record) are left alone.",
           .instead = "A threshold: rate(x_total[5m]) > 0, up == 0; a comparison without `bool`; (x or vector(0)) > 5.",
           .why = "An alert is active for each sample that its expression gives, whatever its value."},
          check};
}

}  // namespace firedrill::lint::rules
