#include "alerting/analysis/presence.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint {

using alerting::Rule;

void lint_absent_of_present(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
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

}  // namespace firedrill::lint
