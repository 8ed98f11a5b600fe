#include "alerting/analysis/label_flow.h"
#include "alerting/lint.h"
#include "base/text/format.h"

namespace firedrill::alerting {

void lint_vector_matching(const LintInput& input, std::vector<LintFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const promql::Expr& node) {
      if (node.kind != promql::Kind::binary) return;
      const auto& binary = promql::as<promql::Binary>(node);
      const auto why = cannot_meet(binary);
      if (!why) return;
      findings.push_back({&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
                          format("the two sides of `{}` have nothing in common: {}", to_string(binary.op), *why),
                          "say by which labels they are matched: on (…), ignoring (…), or an aggregation by the same "
                          "labels"});
    });
  }
}

}  // namespace firedrill::alerting
