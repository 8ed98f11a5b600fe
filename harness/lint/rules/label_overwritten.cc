#include <algorithm>

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

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    const LabelFlow flow = alerting::label_flow(*rule.expression, &input.recorded_open);
    if (!flow.exact || flow.possible.empty() || !may_be_several(*rule.expression)) continue;
    // What remains to tell results apart once the rule's labels are written over them.
    std::set<std::string> telling;
    for (const std::string& label : flow.possible) {
      if (!flow.fixed.contains(label)) telling.insert(label);
    }
    const NamedText* last = nullptr;
    for (std::size_t i = 0; i < rule.labels.size(); ++i) {
      if (writes_one_text(rule, i) && telling.erase(rule.labels[i].name) > 0) last = &rule.labels[i];
    }
    if (last == nullptr || !telling.empty()) continue;
    findings.push_back({&rule, last->where.source ? last->where : last->text.where,
                        format("the label {} overwrites the one that tells the results apart: with two of them the "
                               "rule fails",
                               last->name),
                        "give the label another name, or leave it out of the aggregation"});
  }
}

}  // namespace

RuleLint label_overwritten() {
  return {
      {.name = "label-overwritten",
       .summary = "a label of the rule overwrites the one that tells its results apart",
       .doc =
           "The results differ in the labels that they are grouped by. Where the rule writes a fixed text over them, "
           "two results become one series, and the whole rule fails: nothing fires, nothing is recorded.",
       .instead = "Another name for the label, or an aggregation without it.",
       .why = "Prometheus refuses a result that has a label set twice after the rule's labels are applied (\"vector "
              "contains metrics with the same labelset\"), and does so only when it occurs."},
      check};
}

}  // namespace firedrill::lint::rules
