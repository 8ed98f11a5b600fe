#include "alerting/analysis/comparisons.h"

#include <utility>

namespace firedrill::alerting {
namespace {

using promql::BinaryOp;

Condition condition_of(const promql::Expr& expression, std::vector<Comparison>& comparisons);

Condition comparison_of(const promql::Binary& binary, std::vector<Comparison>& comparisons) {
  const bool left = binary.lhs->type == promql::ValueType::vector && binary.rhs->type == promql::ValueType::scalar;
  const bool right = binary.lhs->type == promql::ValueType::scalar && binary.rhs->type == promql::ValueType::vector;
  // With `bool` the result is there whether it holds or not.
  if (binary.return_bool || (!left && !right)) return {};
  if (left) comparisons.push_back({&promql::unwrap(*binary.lhs), binary.op, binary.rhs.get()});
  if (right) comparisons.push_back({&promql::unwrap(*binary.rhs), mirrored(binary.op), binary.lhs.get()});
  return {Condition::Kind::comparison, comparisons.size() - 1, {}};
}

Condition condition_of(const promql::Expr& expression, std::vector<Comparison>& comparisons) {
  const promql::Expr& inner = promql::unwrap(expression);
  if (inner.kind != promql::Kind::binary) return {};
  const auto& binary = promql::as<promql::Binary>(inner);
  if (promql::is_comparison(binary.op)) return comparison_of(binary, comparisons);
  if (binary.op == BinaryOp::unless) return condition_of(*binary.lhs, comparisons);
  if (binary.op != BinaryOp::and_ && binary.op != BinaryOp::or_) return {};
  Condition joined;
  joined.kind = binary.op == BinaryOp::and_ ? Condition::Kind::all : Condition::Kind::any;
  joined.parts.push_back(condition_of(*binary.lhs, comparisons));
  joined.parts.push_back(condition_of(*binary.rhs, comparisons));
  return joined;
}

}  // namespace

BinaryOp mirrored(BinaryOp op) {
  switch (op) {
    case BinaryOp::lt:
      return BinaryOp::gt;
    case BinaryOp::gt:
      return BinaryOp::lt;
    case BinaryOp::le:
      return BinaryOp::ge;
    case BinaryOp::ge:
      return BinaryOp::le;
    default:
      return op;
  }
}

Conditions find_conditions(const promql::Expr& expression) {
  Conditions conditions;
  conditions.root = condition_of(expression, conditions.comparisons);
  return conditions;
}

}  // namespace firedrill::alerting
