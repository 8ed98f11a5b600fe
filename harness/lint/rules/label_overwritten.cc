#include <algorithm>
#include <array>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/label_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"

namespace firedrill::lint::rules {

using alerting::LabelFlow;
using alerting::NamedText;
using alerting::Rule;
using promql::Expr;
using promql::Kind;

namespace {

// There may be several results: nothing in it chooses one or makes one of nothing.
bool may_be_several(const Expr& expression) {
  bool several = true;
  promql::walk(expression, [&](const Expr& node) {
    if (node.kind == Kind::aggregate && promql::as<promql::Aggregate>(node).parameter != nullptr) several = false;
    if (node.kind == Kind::call) {
      const auto special = promql::as<promql::Call>(node).function->special;
      several = several && special != promql::Special::absent && special != promql::Special::absent_over_time;
    }
  });
  return several;
}

bool writes_one_text(const Rule& rule, std::size_t label) {
  return rule.record || rule.label_templates[label].constant();
}

// What tells one result from another by itself, so that another label beside it may be there to be shown only.
bool names_one(const std::string& label) {
  constexpr std::array<std::string_view, 8> kOne = {"container", "device", "host", "id",
                                                    "instance",  "name",   "node", "pod"};
  return std::ranges::find(kOne, label) != kOne.end();
}

// A template of the rule reads the label of the result that it was grouped by.
bool is_shown(const Rule& rule, const std::string& label) {
  const auto shown = [&](const alerting::Template& text) { return !text.constant() && text.text().contains(label); };
  return std::ranges::any_of(rule.annotation_templates, shown) || std::ranges::any_of(rule.label_templates, shown);
}

// sum by (job, severity) (x) > 5 that is given another severity: either some job has two of them, and the rule fails,
// or the grouping by severity is of no use to anything.
bool grouped_for_nothing(const Rule& rule, const std::string& label, const std::set<std::string>& telling) {
  const Expr& value = alerting::filtered(*rule.expression);
  if (value.kind != Kind::aggregate || is_shown(rule, label)) return false;
  const auto& aggregate = promql::as<promql::Aggregate>(value);
  const bool groups = !aggregate.without && std::ranges::find(aggregate.grouping, label) != aggregate.grouping.end();
  return groups && std::ranges::none_of(telling, names_one);
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    const LabelFlow flow = alerting::label_flow(*rule.expression, &input.recorded);
    if (!flow.exact || flow.possible.empty() || !may_be_several(*rule.expression)) continue;
    // What remains to tell results apart once the rule's labels are written over them.
    std::set<std::string> telling;
    for (const std::string& label : flow.possible) {
      if (!flow.fixed.contains(label)) telling.insert(label);
    }
    std::vector<const NamedText*> written;
    for (std::size_t i = 0; i < rule.labels.size(); ++i) {
      if (writes_one_text(rule, i) && telling.erase(rule.labels[i].name) > 0) written.push_back(&rule.labels[i]);
    }
    if (written.empty()) continue;
    const auto say = [&](const NamedText& label, std::string what) {
      findings.push_back({&rule, label.where.source ? label.where : label.text.where, std::move(what),
                          "give the label another name, or leave it out of the aggregation"});
    };
    if (telling.empty()) {
      say(*written.back(),
          format("the label {} overwrites the one that tells the results apart: with two of them the rule fails",
                 written.back()->name));
      continue;
    }
    for (const NamedText* label : written) {
      if (!grouped_for_nothing(rule, label->name, telling)) continue;
      say(*label,
          format("the label {} overwrites one that the results are grouped by: with two that differ in it alone the "
                 "rule fails",
                 label->name));
    }
  }
}

}  // namespace

RuleLint label_overwritten() {
  return {
      {.name = "label-overwritten",
       .summary = "a label of the rule overwrites the one that tells its results apart",
       .doc = "The results differ in the labels that they are grouped by. Where the rule writes a fixed text over "
              "them, two results become one series, and the whole rule fails: nothing fires, nothing is recorded. Of "
              "several labels it is said of one that no template shows, unless another (instance, pod, …) tells "
              "results apart anyway: a grouping by it makes the rule fail or is of no use.",
       .instead = "Another name for the label, or an aggregation without it.",
       .why = "Prometheus refuses a result that has a label set twice after the rule's labels are applied (\"vector "
              "contains metrics with the same labelset\"), and does so only when it occurs."},
      check};
}

}  // namespace firedrill::lint::rules
