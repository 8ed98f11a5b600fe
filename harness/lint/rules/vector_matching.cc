#include <algorithm>

#include "alerting/analysis/label_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::LabelFlow;
using alerting::Rule;
using promql::Expr;
using promql::Kind;

namespace {

// The selector whose series' labels the expression keeps, all of them; null if there is none.
const promql::VectorSelector* labels_kept_of(const Expr& expression) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind == Kind::vector_selector) return &promql::as<promql::VectorSelector>(node);
  if (node.kind == Kind::matrix_selector) return promql::as<promql::MatrixSelector>(node).vector.get();
  if (node.kind == Kind::binary) {
    const auto& binary = promql::as<promql::Binary>(node);
    if (binary.lhs->type == binary.rhs->type) return nullptr;
    return labels_kept_of(binary.lhs->type == promql::ValueType::scalar ? *binary.rhs : *binary.lhs);
  }
  if (node.kind != Kind::call) return nullptr;
  const auto& call = promql::as<promql::Call>(node);
  if (call.function->over_range == nullptr && call.function->over_value == nullptr) return nullptr;
  for (const promql::ExprPtr& argument : call.arguments) {
    if (argument->type != promql::ValueType::scalar) return labels_kept_of(*argument);
  }
  return nullptr;
}

constexpr std::string_view kSayLabels =
    "say by which labels they are matched: on (…), ignoring (…), or an aggregation by the same labels";

// Of a set operator any number of samples may meet the one; an operation wants a number.
std::string remedy(const promql::Binary& binary) {
  if (promql::is_set_operator(binary.op)) return format("match by no label: {} on ()", to_string(binary.op));
  return "make a number of the side without labels: scalar(…)";
}

class Sides {
 public:
  explicit Sides(const RuleLintInput& input) : input_(input) {}

  // Why the one side, which has no labels at all, meets nothing of the other, which is scraped as it stands.
  std::optional<std::string> why_bare(const promql::Binary& binary) const {
    if (!binary.matching || binary.op == promql::BinaryOp::or_ || binary.matching->on) return std::nullopt;
    if (std::ranges::any_of(binary.matching->labels, is_of_targets)) return std::nullopt;
    if (is_bare(*binary.rhs) && is_scraped(*binary.lhs)) return why(*binary.rhs, *binary.lhs);
    if (is_bare(*binary.lhs) && is_scraped(*binary.rhs)) return why(*binary.lhs, *binary.rhs);
    return std::nullopt;
  }

 private:
  static bool is_of_targets(const std::string& label) { return label == "job" || label == "instance"; }

  bool is_bare(const Expr& side) const {
    if (side.type != promql::ValueType::vector) return false;
    const LabelFlow flow = alerting::label_flow(side, &input_.recorded);
    return flow.exact && flow.possible.empty();
  }

  // A name with a colon is a record's, and records may have any labels.
  bool is_scraped(const Expr& side) const {
    const promql::VectorSelector* selector = labels_kept_of(side);
    return selector != nullptr && !selector->name.empty() && !selector->name.contains(':') &&
           !selector->name.starts_with("ALERTS") && !input_.records.contains(selector->name);
  }

  static std::string why(const Expr& bare, const Expr& scraped) {
    return format("{} has no labels, and {} has those of its target, job and instance", promql::print(bare),
                  labels_kept_of(scraped)->name);
  }

  const RuleLintInput& input_;
};

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  const Sides sides(input);
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    promql::walk(*rule.expression, [&](const Expr& node) {
      if (node.kind != Kind::binary) return;
      const auto& binary = promql::as<promql::Binary>(node);
      auto why = alerting::cannot_meet(binary, &input.recorded);
      const bool bare = !why;
      if (bare) why = sides.why_bare(binary);
      if (!why) return;
      findings.push_back({&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
                          format("the two sides of `{}` have nothing in common: {}", to_string(binary.op), *why),
                          bare ? remedy(binary) : std::string(kSayLabels)});
    });
  }
}

}  // namespace

RuleLint vector_matching() {
  return {
      {.name = "vector-matching",
       .summary = "the two sides of an operator have no labels in common",
       .doc =
           "A label by which the two sides are matched differs whatever the data: matchers demand other values of it, "
           "or one side demands it and the other has lost it in an aggregation. Labels that recording rules of the "
           "file "
           "give their series are followed. So does what has no labels at all (hour(), vector(1), sum(x)) from what is "
           "scraped, which has job and instance. The result is empty; with `unless` it is "
           "the left side unchanged. Other groupings alone are not said to be apart, since a label that is not there "
           "equals an empty one.",
       .instead =
           "a and on (job) b, a and ignoring (window) b, both sides aggregated by the same labels; of hour() and other "
           "results without labels a and on () hour() >= 8.",
       .why = "Without on and ignoring two samples match if all their labels but the name are the same."},
      check};
}

}  // namespace firedrill::lint::rules
