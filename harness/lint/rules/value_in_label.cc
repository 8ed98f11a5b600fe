#include <algorithm>
#include <array>
#include <set>

#include "alerting/analysis/value_flow.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"

namespace firedrill::lint {

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

}  // namespace

void lint_value_in_label(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
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

}  // namespace firedrill::lint
