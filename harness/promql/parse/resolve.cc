#include "promql/parse/resolve.h"

namespace firedrill::promql {
namespace {

// All computed durations of an expression: `visit(expr, signed_too)`.
template <typename Visitor>
void each_duration(const Expr& expr, const Visitor& visit) {
  const auto see = [&](const DurationExprPtr& duration, bool signed_too) {
    if (duration) visit(*duration, signed_too);
  };
  walk(expr, [&](const Expr& node) {
    switch (node.kind) {
      case Kind::vector_selector:
        return see(as<VectorSelector>(node).modifiers.offset_expr, true);
      case Kind::matrix_selector:
        see(as<MatrixSelector>(node).vector->modifiers.offset_expr, true);
        return see(as<MatrixSelector>(node).range_expr, false);
      case Kind::subquery:
        see(as<Subquery>(node).modifiers.offset_expr, true);
        see(as<Subquery>(node).step_expr, false);
        return see(as<Subquery>(node).range_expr, false);
      default:
        return;
    }
  });
}

// A deep copy with the durations of a query, all of which have a value.
class Copier {
 public:
  explicit Copier(const QueryTimes& times) : times_(times) {}

  ExprPtr copy(const Expr& expr) const {
    ExprPtr result = copy_node(expr);
    result->type = expr.type;
    result->where = expr.where;
    result->line = expr.line;
    result->column = expr.column;
    result->depth = expr.depth;
    return result;
  }

 private:
  Duration value(Duration otherwise, const DurationExprPtr& computed, bool signed_too) const {
    return computed ? evaluate(*computed, times_, signed_too).value_or(otherwise) : otherwise;
  }

  Modifiers modifiers(const Modifiers& from) const {
    Modifiers result = from;
    result.offset = value(from.offset, from.offset_expr, true);
    return result;
  }

  std::unique_ptr<VectorSelector> selector(const VectorSelector& from) const {
    auto node = std::make_unique<VectorSelector>();
    node->name = from.name;
    node->matchers = from.matchers;
    node->modifiers = modifiers(from.modifiers);
    return node;
  }

  ExprPtr matrix(const MatrixSelector& from) const {
    auto node = std::make_unique<MatrixSelector>();
    node->vector.reset(static_cast<VectorSelector*>(copy(*from.vector).release()));
    node->range = value(from.range, from.range_expr, false);
    node->range_expr = from.range_expr;
    return node;
  }

  ExprPtr subquery(const Subquery& from) const {
    auto node = std::make_unique<Subquery>();
    node->inner = copy(*from.inner);
    node->range = value(from.range, from.range_expr, false);
    if (from.step) node->step = value(*from.step, from.step_expr, false);
    node->range_expr = from.range_expr;
    node->step_expr = from.step_expr;
    node->modifiers = modifiers(from.modifiers);
    return node;
  }

  ExprPtr binary(const Binary& from) const {
    auto node = std::make_unique<Binary>();
    node->op = from.op;
    node->return_bool = from.return_bool;
    node->matching = from.matching;
    node->lhs = copy(*from.lhs);
    node->rhs = copy(*from.rhs);
    return node;
  }

  ExprPtr call(const Call& from) const {
    auto node = std::make_unique<Call>();
    node->function = from.function;
    for (const ExprPtr& argument : from.arguments) node->arguments.push_back(copy(*argument));
    return node;
  }

  ExprPtr aggregate(const Aggregate& from) const {
    auto node = std::make_unique<Aggregate>();
    node->op = from.op;
    node->without = from.without;
    node->grouping = from.grouping;
    if (from.parameter) node->parameter = copy(*from.parameter);
    node->inner = copy(*from.inner);
    return node;
  }

  ExprPtr unary(const Unary& from) const {
    auto node = std::make_unique<Unary>();
    node->minus = from.minus;
    node->inner = copy(*from.inner);
    return node;
  }

  ExprPtr copy_node(const Expr& expr) const {
    switch (expr.kind) {
      case Kind::number: {
        auto node = std::make_unique<NumberLiteral>();
        node->value = as<NumberLiteral>(expr).value;
        node->duration = as<NumberLiteral>(expr).duration;
        return node;
      }
      case Kind::string: {
        auto node = std::make_unique<StringLiteral>();
        node->value = as<StringLiteral>(expr).value;
        return node;
      }
      case Kind::vector_selector:
        return selector(as<VectorSelector>(expr));
      case Kind::matrix_selector:
        return matrix(as<MatrixSelector>(expr));
      case Kind::subquery:
        return subquery(as<Subquery>(expr));
      case Kind::call:
        return call(as<Call>(expr));
      case Kind::aggregate:
        return aggregate(as<Aggregate>(expr));
      case Kind::binary:
        return binary(as<Binary>(expr));
      case Kind::unary:
        return unary(as<Unary>(expr));
      case Kind::paren:
        break;
    }
    auto node = std::make_unique<Paren>();
    node->inner = copy(*as<Paren>(expr).inner);
    return node;
  }

  QueryTimes times_;
};

}  // namespace

bool depends_on_query(const Expr& expr) {
  bool found = false;
  each_duration(expr, [&](const DurationExpr& duration, bool) { found = found || depends_on_query(duration); });
  return found;
}

std::expected<std::shared_ptr<const Expr>, std::string> resolve_durations(const std::shared_ptr<const Expr>& expr,
                                                                          const QueryTimes& times) {
  std::string error;
  each_duration(*expr, [&](const DurationExpr& duration, bool signed_too) {
    if (!error.empty()) return;
    if (const auto value = evaluate(duration, times, signed_too); !value) error = value.error();
  });
  if (!error.empty()) return std::unexpected(std::move(error));
  if (times == QueryTimes{} || !depends_on_query(*expr)) return expr;
  return std::shared_ptr<const Expr>(Copier(times).copy(*expr));
}

}  // namespace firedrill::promql
