#include "promql/parse/ast.h"

#include <array>

namespace firedrill::promql {

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::none:
      return "none";
    case ValueType::scalar:
      return "scalar";
    case ValueType::vector:
      return "instant vector";
    case ValueType::matrix:
      return "range vector";
    case ValueType::string:
      return "string";
  }
  return "";
}

std::string_view to_string(AggregateOp op) {
  static constexpr std::array<std::string_view, 14> kNames = {
      "sum",    "avg",  "count",   "min",          "max",      "group",  "stddev",
      "stdvar", "topk", "bottomk", "count_values", "quantile", "limitk", "limit_ratio"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view to_string(BinaryOp op) {
  static constexpr std::array<std::string_view, 18> kNames = {
      "+", "-", "*", "/", "%", "^", "atan2", "</", ">/", "==", "!=", "<", ">", "<=", ">=", "and", "or", "unless"};
  return kNames[static_cast<std::size_t>(op)];
}

bool is_comparison(BinaryOp op) {
  return op >= BinaryOp::eq && op <= BinaryOp::ge;
}
bool is_set_operator(BinaryOp op) {
  return op >= BinaryOp::and_;
}
bool is_trim(BinaryOp op) {
  return op == BinaryOp::trim_upper || op == BinaryOp::trim_lower;
}

std::vector<const Expr*> children(const Expr& expr) {
  switch (expr.kind) {
    case Kind::number:
    case Kind::string:
    case Kind::vector_selector:
    case Kind::matrix_selector:
      return {};
    case Kind::subquery:
      return {as<Subquery>(expr).inner.get()};
    case Kind::unary:
      return {as<Unary>(expr).inner.get()};
    case Kind::paren:
      return {as<Paren>(expr).inner.get()};
    case Kind::binary:
      return {as<Binary>(expr).lhs.get(), as<Binary>(expr).rhs.get()};
    case Kind::aggregate: {
      const auto& aggregate = as<Aggregate>(expr);
      if (!aggregate.parameter) return {aggregate.inner.get()};
      return {aggregate.parameter.get(), aggregate.inner.get()};
    }
    case Kind::call: {
      std::vector<const Expr*> result;
      for (const ExprPtr& argument : as<Call>(expr).arguments) result.push_back(argument.get());
      return result;
    }
  }
  return {};
}

const Expr& unwrap(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind == Kind::paren) inner = as<Paren>(*inner).inner.get();
  return *inner;
}

std::vector<const VectorSelector*> selectors(const Expr& expr) {
  std::vector<const VectorSelector*> result;
  walk(expr, [&](const Expr& node) {
    if (node.kind == Kind::vector_selector) result.push_back(&as<VectorSelector>(node));
    if (node.kind == Kind::matrix_selector) result.push_back(as<MatrixSelector>(node).vector.get());
  });
  return result;
}

}  // namespace firedrill::promql
