#include "alerting/analysis/comparisons.h"

#include <utility>

#include "promql/functions/functions.h"

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
