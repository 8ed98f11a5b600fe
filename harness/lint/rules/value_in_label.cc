#include <algorithm>
#include <array>
#include <set>

#include "alerting/analysis/value_flow.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using alerting::Template;

namespace {

// Values of many magnitudes. A template that only tells a few levels apart gives few texts for them.
constexpr std::array<double, 16> kValues = {0,    0.001, 0.0123, 0.257, 0.5,  0.75, 0.991,   1.5,
                                            3.25, 7,     12.5,   55,    97.5, 1234, 98765.4, 3e9};
constexpr std::size_t kLevels = 8;

// It writes the value itself.
bool shows_value(const Template& text) {
  if (text.constant() || text.calls_query() || !text.depends_on_value()) return false;
  // What loops takes its time, and is more than a value that is shown.
  for (const std::string_view word : {"range", "define", "template", "block"}) {
    if (text.text().contains(word)) return false;
  }
  const alerting::TemplateWorld world;
  const model::Labels labels;
  std::set<std::string> texts;
  for (const double value : kValues) {
    auto rendered = text.try_render({labels, value}, world, Time{});
    if (!rendered) return false;
    texts.insert(*std::move(rendered));
  }
  return texts.size() > kLevels;
}

// It is computed anew at each evaluation. A gauge may be a number that names something, and stay.
bool is_measured(const promql::Expr& expression) {
  constexpr std::array<std::string_view, 8> kMeasure = {
      "avg_over_time", "delta", "deriv", "histogram_quantile", "increase", "irate", "predict_linear", "rate"};
  bool found = false;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind != promql::Kind::call) return;
    const std::string_view name = promql::as<promql::Call>(node).function->name;
    found = found || std::ranges::find(kMeasure, name) != kMeasure.end();
  });
  return found;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const alerting::ValueRange range = alerting::value_flow(*rule.expression).range;
    // Of a value that is always the same nothing comes. Without `for`, an alert for each event is what may be meant.
    if (range.low == range.high || (rule.hold == Duration(0) && !is_measured(*rule.expression))) continue;
    for (std::size_t i = 0; i < rule.label_templates.size(); ++i) {
      if (!shows_value(rule.label_templates[i])) continue;
      const std::string wait =
          rule.hold > Duration(0) ? format(", pending anew for {}", format_duration(rule.hold)) : std::string();
      findings.push_back({&rule, rule.labels[i].where.source ? rule.labels[i].where : rule.labels[i].text.where,
                          format("the label {} holds the value, so that each other value is another alert{}",
                                 rule.labels[i].name, wait),
                          "put the value into an annotation"});
    }
  }
}

}  // namespace

RuleLint value_in_label() {
  return {
      {.name = "value-in-label",
       .summary = "a label of an alert holds the value",
       .doc =
           "An alert is its labels. With the value in one of them, each other value is another alert: the one before "
           "is resolved, the new one begins pending, and with `for` it does not fire while the value moves. A label "
           "that tells a few levels apart, {{ if gt $value 0.9 }}, is left alone, and so is an alert without `for` "
           "over "
           "a "
           "gauge, whose value may name what has happened.",
       .instead = "The value in an annotation; two rules with two thresholds for two severities.",
       .why = "Prometheus knows an active alert by the hash of its labels, templates rendered."},
      check};
}

}  // namespace firedrill::lint::rules
