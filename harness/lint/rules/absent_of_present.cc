#include "alerting/analysis/presence.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const promql::Expr& node) {
      if (node.kind != promql::Kind::call) return;
      const auto& call = promql::as<promql::Call>(node);
      if (call.function->special != promql::Special::absent) return;
      if (!alerting::always_there(*call.arguments[0])) return;
      findings.push_back(
          {&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
           format("absent() has nothing to report: {} has a value at every time", promql::print(*call.arguments[0])),
           "ask for the series themselves: absent(up{job=\"a\"})"});
    });
  }
}

}  // namespace

RuleLint absent_of_present() {
  return {
      {.name = "absent-of-present",
       .summary = "what has a value at every time is looked for with absent()",
       .doc =
           "absent() gives a sample only where its argument gives none, and vector(0), or whatever is joined to it by "
           "`or vector(0)`, always gives one: the result is empty.",
       .instead = "absent() of the selector itself, absent(up{job=\"a\"}), without a default.",
       .why = "`or` takes the right side where the left has no such labels, so that with a default the result is never "
              "empty; absent() looks at nothing but whether it is."},
      check};
}

}  // namespace firedrill::lint::rules
