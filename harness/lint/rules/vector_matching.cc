#include "alerting/analysis/label_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint {

using alerting::Rule;

void lint_vector_matching(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const promql::Expr& node) {
      if (node.kind != promql::Kind::binary) return;
      const auto& binary = promql::as<promql::Binary>(node);
      const auto why = alerting::cannot_meet(binary);
      if (!why) return;
      findings.push_back({&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
                          format("the two sides of `{}` have nothing in common: {}", to_string(binary.op), *why),
                          "say by which labels they are matched: on (…), ignoring (…), or an aggregation by the same "
                          "labels"});
    });
  }
}

}  // namespace firedrill::lint
