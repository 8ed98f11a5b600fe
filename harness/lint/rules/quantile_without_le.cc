#include <algorithm>

#include "alerting/analysis/label_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::Expr;

namespace {

// Native histograms have no `le`, and no series of buckets either.
bool reads_buckets(const Expr& expression) {
  const auto selectors = promql::selectors(expression);
  return !selectors.empty() && std::ranges::all_of(selectors, [](const promql::VectorSelector* selector) {
    return selector->name.ends_with("_bucket") || selector->name.contains("_bucket:");
  });
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const Expr& node) {
      if (node.kind != promql::Kind::call) return;
      const auto& call = promql::as<promql::Call>(node);
      if (call.function->special != promql::Special::histogram_quantile) return;
      const Expr& buckets = *call.arguments.back();
      if (!reads_buckets(buckets)) return;
      if (alerting::label_flow(buckets, &input.recorded).may_have(std::string(model::kBucketLabel))) return;
      findings.push_back({&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
                          format("histogram_quantile() has no result: {} has no label le", promql::print(buckets)),
                          "keep le in the aggregation: sum by (le, …)"});
    });
  }
}

}  // namespace

RuleLint quantile_without_le() {
  return {
      {.name = "quantile-without-le",
       .summary = "buckets without the label le in histogram_quantile()",
       .doc =
           "An aggregation below histogram_quantile() has dropped the label le, which says what a bucket counts. The "
           "result is empty. It is only said of series whose names end in _bucket, since native histograms have no le.",
       .instead = "sum by (le, job) (rate(x_seconds_bucket[5m])).",
       .why = "histogram_quantile() passes over every series whose le is missing or is no number."},
      check};
}

}  // namespace firedrill::lint::rules
