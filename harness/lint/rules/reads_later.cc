#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::Expr;
using promql::Kind;

namespace {

// The selectors that look at the time of the evaluation itself. What looks back on purpose sees the past anyway.
void find_instant(const Expr& node, std::vector<const promql::VectorSelector*>& found) {
  if (node.kind == Kind::subquery || node.kind == Kind::matrix_selector) return;
  if (node.kind == Kind::vector_selector) {
    const auto& selector = promql::as<promql::VectorSelector>(node);
    const bool now = selector.modifiers.offset == Duration(0) && selector.modifiers.at == promql::Modifiers::At::none;
    if (now) found.push_back(&selector);
    return;
  }
  for (const Expr* child : promql::children(node)) find_instant(*child, found);
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    std::vector<const promql::VectorSelector*> selectors;
    find_instant(*rule.expression, selectors);
    for (const promql::VectorSelector* selector : selectors) {
      const auto records = input.records.find(selector->name);
      if (records == input.records.end()) continue;
      // All of the name stand behind it in its own group, the first and the last of them; a rule that reads itself
      // counts on the past.
      const LintedRule& first = *records->second.front();
      const bool later =
          &first.group == &linted.group && &records->second.back()->group == &linted.group && &first.rule > &rule;
      if (!later) continue;
      findings.push_back({&rule, locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
                          format("{} is recorded later in the group (line {}), so that the rule sees the value of the "
                                 "evaluation before",
                                 selector->name, first.rule.record->where.line),
                          "move the rule behind what it reads"});
    }
  }
}

}  // namespace

RuleLint reads_later() {
  return {
      {.name = "reads-later",
       .summary = "a rule reads what its group records after it",
       .doc =
           "Rules of a group are evaluated in their order. What a rule reads that is recorded behind it is the value "
           "of the evaluation before: one interval old, and missing in the first one.",
       .instead =
           "The recording rule first. What another group records is no finding, wherever it stands: groups have no "
           "order, and each is evaluated at a time of its own, so that a rule sees what the other one wrote up to one "
           "of that group's intervals before. Where that is too old, what belongs together stands in one group. In "
           "unit tests `group_eval_order` decides.",
       .why =
           "The rules of a group run one after the other at one time, groups each at their own; a read sees what has "
           "been written."},
      check};
}

}  // namespace firedrill::lint::rules
