#include "alerting/analysis/comparisons.h"

#include <string_view>
#include <utility>

#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

using promql::BinaryOp;

// A comparison with a number; else what it is remains unknown.
Condition comparison_of(const promql::Binary& binary, std::vector<Comparison>& comparisons) {
  Condition found;
  found.expression = &binary;
  const bool left = binary.lhs->type == promql::ValueType::vector && binary.rhs->type == promql::ValueType::scalar;
  const bool right = binary.lhs->type == promql::ValueType::scalar && binary.rhs->type == promql::ValueType::vector;
  // With `bool` the result is there whether it holds or not.
  if (binary.return_bool || (!left && !right)) return found;
  if (left) comparisons.push_back({&promql::unwrap(*binary.lhs), binary.op, binary.rhs.get()});
  if (right) comparisons.push_back({&promql::unwrap(*binary.rhs), mirrored(binary.op), binary.lhs.get()});
  found.kind = Condition::Kind::comparison;
  found.comparison = comparisons.size() - 1;
  return found;
}

Condition condition_of(const promql::Expr& expression, std::vector<Comparison>& comparisons) {
  const promql::Expr& inner = promql::unwrap(expression);
  Condition found;
  found.expression = &inner;
  if (asks_for_absence(inner)) found.kind = Condition::Kind::absent;
  if (inner.kind != promql::Kind::binary) return found;
  const auto& binary = promql::as<promql::Binary>(inner);
  if (promql::is_comparison(binary.op)) return comparison_of(binary, comparisons);
  if (!promql::is_set_operator(binary.op)) return found;
  found.parts.push_back(condition_of(*binary.lhs, comparisons));
  found.kind = Condition::Kind::except;
  if (binary.op == BinaryOp::unless) return found;
  found.parts.push_back(condition_of(*binary.rhs, comparisons));
  found.kind = binary.op == BinaryOp::and_ ? Condition::Kind::all : Condition::Kind::any;
  return found;
}

}  // namespace

std::optional<double> constant(const promql::Expr& expression) {
  switch (expression.kind) {
    case promql::Kind::number:
      return promql::as<promql::NumberLiteral>(expression).value;
    case promql::Kind::paren:
      return constant(*promql::as<promql::Paren>(expression).inner);
    case promql::Kind::unary: {
      const auto& unary = promql::as<promql::Unary>(expression);
      const auto inner = constant(*unary.inner);
      return inner && unary.minus ? std::optional(-*inner) : inner;
    }
    case promql::Kind::call: {
      const auto& call = promql::as<promql::Call>(expression);
      const bool passes = call.function->name == "vector" || call.function->name == "scalar";
      return passes ? constant(*call.arguments[0]) : std::nullopt;
    }
    case promql::Kind::binary: {
      const auto& binary = promql::as<promql::Binary>(expression);
      const auto a = constant(*binary.lhs);
      const auto b = constant(*binary.rhs);
      if (!a || !b) return std::nullopt;
      switch (binary.op) {
        case BinaryOp::add:
          return *a + *b;
        case BinaryOp::sub:
          return *a - *b;
        case BinaryOp::mul:
          return *a * *b;
        case BinaryOp::div:
          return *a / *b;
        default:
          return std::nullopt;
      }
    }
    default:
      return std::nullopt;
  }
}

const promql::Expr& filtered(const promql::Expr& expression) {
  const promql::Expr& inner = promql::unwrap(expression);
  if (inner.kind != promql::Kind::binary) return inner;
  const auto& binary = promql::as<promql::Binary>(inner);
  if (!promql::is_comparison(binary.op) || binary.return_bool) return inner;
  if (binary.rhs->type == promql::ValueType::scalar) return filtered(*binary.lhs);
  if (binary.lhs->type == promql::ValueType::scalar) return filtered(*binary.rhs);
  return inner;
}

bool asks_for_absence(const promql::Expr& expression) {
  if (expression.kind != promql::Kind::call) return false;
  const std::string_view name = promql::as<promql::Call>(expression).function->name;
  return name == "absent" || name == "absent_over_time";
}

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

model::Labels labels_of_right(const Condition& condition, const model::Labels& labels) {
  const auto& binary = promql::as<promql::Binary>(*condition.expression);
  if (!binary.matching || binary.op == BinaryOp::or_) return labels;
  return binary.matching->on ? labels.only(binary.matching->labels) : labels.without(binary.matching->labels);
}

}  // namespace firedrill::alerting
