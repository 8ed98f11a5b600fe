#include <algorithm>
#include <map>
#include <set>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/nan_flow.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"
#include "promql/parse/printer.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::BinaryOp;
using promql::Expr;

namespace {

constexpr int kMaxDepth = 100;  // of records of records

class Nan {
 public:
  explicit Nan(const RuleLintInput& input) : input_(input) {}

  // Through the rules that record it.
  bool may_be(const Expr& expression) {
    return alerting::may_be_nan(expression, [&](const std::string& name) { return is_recorded(name); });
  }

 private:
  bool is_recorded(const std::string& name) {
    if (depth_ > kMaxDepth) return false;
    // What is read in a circle is not known to be.
    const auto [known, added] = known_.try_emplace(name, false);
    const auto records = input_.records.find(name);
    if (!added || records == input_.records.end()) return known->second;
    ++depth_;
    const bool may = std::ranges::any_of(records->second,
                                         [&](const LintedRule* record) { return may_be(*record->rule.expression); });
    --depth_;
    known_[name] = may;
    return may;
  }

  const RuleLintInput& input_;
  std::map<std::string, bool> known_;
  int depth_ = 0;
};

// What stands beside another condition, which may leave out the time without traffic: a side of `and`, the left one of
// `unless`.
class Guarded {
 public:
  explicit Guarded(const Expr& whole) {
    promql::walk(whole, [&](const Expr& node) {
      if (node.kind != promql::Kind::binary) return;
      const auto& binary = promql::as<promql::Binary>(node);
      if (binary.op != BinaryOp::and_ && binary.op != BinaryOp::unless) return;
      add(*binary.lhs);
      if (binary.op == BinaryOp::and_) add(*binary.rhs);
    });
  }
  bool holds(const Expr& node) const { return nodes_.contains(&node); }

 private:
  void add(const Expr& side) {
    promql::walk(side, [&](const Expr& node) { nodes_.insert(&node); });
  }
  std::set<const Expr*> nodes_;
};

// The comparison that leaves out NaN, and what it compares; null if the expression is none.
const Expr* kept_from_nan(const Expr& expression) {
  const Expr& node = promql::unwrap(expression);
  if (node.kind != promql::Kind::binary) return nullptr;
  const auto& binary = promql::as<promql::Binary>(node);
  const bool filters = promql::is_comparison(binary.op) && !binary.return_bool && binary.op != BinaryOp::ne;
  return filters ? &alerting::filtered(node) : nullptr;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  Nan nan(input);
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    const auto say = [&](const Expr& node, std::string what, std::string remedy) {
      findings.push_back({&rule, locate(rule.expr, node.where.begin, node.where.end - node.where.begin),
                          std::move(what), std::move(remedy)});
    };
    const Guarded guarded(*rule.expression);
    promql::walk(*rule.expression, [&](const Expr& node) {
      if (node.kind != promql::Kind::binary || guarded.holds(node)) return;
      const auto& binary = promql::as<promql::Binary>(node);
      if (binary.op == BinaryOp::ne && !binary.return_bool) {
        const bool left = binary.rhs->type == promql::ValueType::scalar;
        const Expr& value = left ? *binary.lhs : *binary.rhs;
        if (value.type != promql::ValueType::vector || !alerting::constant(left ? *binary.rhs : *binary.lhs)) return;
        if (!nan.may_be(value)) return;
        say(node, format("{} is NaN while there is no traffic, and NaN passes !=", promql::print(value)),
            "compare with > or <, which NaN does not pass");
      }
      if (binary.op != BinaryOp::unless) return;
      const Expr* kept = kept_from_nan(*binary.rhs);
      if (kept == nullptr || kept_from_nan(*binary.lhs) != nullptr ||
          !promql::equal(*kept, promql::unwrap(*binary.lhs)))
        return;
      if (!nan.may_be(*kept)) return;
      say(node,
          format("{} is NaN while there is no traffic, which the right side of `unless` leaves out and the left keeps",
                 promql::print(*kept)),
          "compare the other way round, without `unless`");
    });
  }
}

}  // namespace

RuleLint nan_compared() {
  return {
      {.name = "nan-compared",
       .summary = "!= and unless let NaN pass",
       .doc = "A quantile and a ratio of rates are NaN while there is no traffic. NaN passes != with anything, and in "
              "`x unless x <= 3` it is on the left side and not on the right: the alert fires when nothing happens.",
       .instead = "x > 3. To leave NaN out: x >= 0, or and on (job) rate(x_count[5m]) > 0.",
       .why = "By IEEE 754 every comparison with NaN is false but for !=, and `unless` looks at labels and not at "
              "values."},
      check};
}

}  // namespace firedrill::lint::rules
