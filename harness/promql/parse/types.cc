// The type checks of Prometheus's parser (promql/parser/parse.go: checkAST), with its wording.
#include <algorithm>

#include "base/text/format.h"
#include "promql/functions/functions.h"
#include "promql/parse/parser_state.h"

namespace firedrill::promql {
namespace {

bool operand(ValueType type) {
  return type == ValueType::scalar || type == ValueType::vector;
}

class TypeCheck {
 public:
  TypeCheck(std::string_view text, std::vector<ParseError>& errors) : text_(text), errors_(errors) {}

  ValueType check(const Expr& expr) {
    switch (expr.kind) {
      case Kind::aggregate:
        aggregate(as<Aggregate>(expr));
        break;
      case Kind::binary:
        binary(as<Binary>(expr));
        break;
      case Kind::call:
        call(as<Call>(expr));
        break;
      case Kind::paren:
        check(*as<Paren>(expr).inner);
        break;
      case Kind::unary:
        unary(as<Unary>(expr));
        break;
      case Kind::subquery:
        subquery(as<Subquery>(expr));
        break;
      case Kind::matrix_selector:
        selector(*as<MatrixSelector>(expr).vector);
        break;
      case Kind::vector_selector:
        selector(as<VectorSelector>(expr));
        break;
      case Kind::number:
      case Kind::string:
        break;
    }
    return expr.type;
  }

 private:
  void error(TextRange where, std::string what) { errors_.push_back({where, std::move(what), ""}); }

  void expect(const Expr& expr, ValueType wanted, std::string_view context) {
    const ValueType got = check(expr);
    if (got == wanted) return;
    error(expr.where, format("expected type {} in {}, got {}", to_string(wanted), context, to_string(got)));
  }

  void aggregate(const Aggregate& node) {
    expect(*node.inner, ValueType::vector, "aggregation expression");
    if (!node.parameter) return;
    expect(*node.parameter, node.op == AggregateOp::count_values ? ValueType::string : ValueType::scalar,
           "aggregation parameter");
  }

  // The operator with its modifiers, between the operands.
  TextRange operator_of(const Binary& node) const {
    TextRange where{node.lhs->where.end, node.rhs->where.begin};
    const auto space = [&](std::uint32_t i) { return std::string_view(" \t\r\n").contains(text_[i]); };
    while (where.begin < where.end && space(where.begin)) ++where.begin;
    while (where.end > where.begin && space(where.end - 1)) --where.end;
    return where;
  }

  void binary(const Binary& node) {
    const ValueType left = check(*node.lhs);
    const ValueType right = check(*node.rhs);
    const bool vectors = left == ValueType::vector && right == ValueType::vector;
    if (node.return_bool && !is_comparison(node.op)) {
      error(operator_of(node), "bool modifier can only be used on comparison operators");
    }
    if (is_comparison(node.op) && !node.return_bool && left == ValueType::scalar && right == ValueType::scalar) {
      error(operator_of(node), "comparisons between scalars must use BOOL modifier");
    }
    const Matching& matching = *node.matching;
    for (const std::string& label : matching.labels) {
      if (matching.on && std::ranges::find(matching.include, label) != matching.include.end()) {
        error(operator_of(node), format("label {} must not occur in ON and GROUP clause at once", model::quote(label)));
      }
    }
    for (const Expr* side : {node.lhs.get(), node.rhs.get()}) {
      if (operand(side->type)) continue;
      error(side->where, "binary expression must contain only scalar and instant vector types");
    }
    if (!vectors && !matching.labels.empty()) {
      error(node.where, "vector matching only allowed between instant vectors");
    } else if (vectors && is_set_operator(node.op) &&
               (matching.cardinality == Cardinality::one_to_many || matching.cardinality == Cardinality::many_to_one)) {
      error(node.where, format("no grouping allowed for {} operation", model::quote(to_string(node.op))));
    }
    if (is_set_operator(node.op) && (left == ValueType::scalar || right == ValueType::scalar)) {
      error(node.where,
            format("set operator {} not allowed in binary scalar expression", model::quote(to_string(node.op))));
    }
  }

  void call(const Call& node) {
    const Function& function = *node.function;
    const std::size_t parameters = function.arguments.size();
    const std::size_t given = node.arguments.size();
    const std::string name = model::quote(function.name);
    if (function.variadic == 0 && given != parameters) {
      error(node.where, format("expected {} argument(s) in call to {}, got {}", parameters, name, given));
    } else if (function.variadic != 0) {
      const std::size_t least = parameters - 1;
      const std::size_t most = least + static_cast<std::size_t>(std::max(0, function.variadic));
      if (given < least) {
        error(node.where, format("expected at least {} argument(s) in call to {}, got {}", least, name, given));
      } else if (function.variadic > 0 && given > most) {
        error(node.where, format("expected at most {} argument(s) in call to {}, got {}", most, name, given));
      }
    }
    if (function.name == "info" && given > 1) return info(node);
    for (std::size_t i = 0; i < given; ++i) {
      if (i >= parameters && function.variadic == 0) break;
      const ValueType wanted = function.arguments[std::min(i, parameters - 1)];
      expect(*node.arguments[i], wanted, format("call to function {}", name));
    }
  }

  // The second argument is no selector of its own: it only narrows the labels that are added.
  void info(const Call& node) {
    expect(*node.arguments[0], ValueType::vector, "call to function \"info\"");
    const Expr& labels = *node.arguments[1];
    if (labels.kind != Kind::vector_selector) {
      error(labels.where, "expected label selectors only");
    } else if (!as<VectorSelector>(labels).name.empty()) {
      error(labels.where, "expected label selectors only, got vector selector instead");
    }
  }

  void unary(const Unary& node) {
    const ValueType type = check(*node.inner);
    if (operand(type)) return;
    error(node.where, format("unary expression only allowed on expressions of type scalar or instant vector, got {}",
                             model::quote(to_string(type))));
  }

  void subquery(const Subquery& node) {
    const ValueType type = check(*node.inner);
    if (type == ValueType::vector) return;
    const std::string_view got = type == ValueType::matrix ? "matrix" : to_string(type);
    error(node.where, format("subquery is only allowed on instant vector, got {} instead", got));
  }

  void selector(const VectorSelector& node) {
    if (!node.name.empty()) {
      for (std::size_t i = 0; i + 1 < node.matchers.size(); ++i) {
        if (node.matchers[i].name() != model::kMetricName) continue;
        error(node.where, format("metric name must not be set twice: {} or {}", model::quote(node.name),
                                 model::quote(node.matchers[i].value())));
      }
      return;
    }
    const bool narrow = std::ranges::any_of(node.matchers, [](const model::Matcher& m) { return !m.matches(""); });
    if (!narrow) error(node.where, "vector selector must contain at least one non-empty matcher");
  }

  std::string_view text_;
  std::vector<ParseError>& errors_;
};

}  // namespace

void assign_types(Expr& expr) {
  for (const Expr* child : children(expr)) assign_types(const_cast<Expr&>(*child));
  switch (expr.kind) {
    case Kind::call:
      expr.type = static_cast<Call&>(expr).function->result;
      break;
    case Kind::paren:
      expr.type = static_cast<Paren&>(expr).inner->type;
      break;
    case Kind::unary:
      expr.type = static_cast<Unary&>(expr).inner->type;
      break;
    case Kind::binary: {
      auto& node = static_cast<Binary&>(expr);
      const bool scalars = node.lhs->type == ValueType::scalar && node.rhs->type == ValueType::scalar;
      node.type = scalars ? ValueType::scalar : ValueType::vector;
      if (is_set_operator(node.op) && node.matching->cardinality == Cardinality::one_to_one) {
        node.matching->cardinality = Cardinality::many_to_many;
      }
      break;
    }
    default:
      break;
  }
}

void check_types(const Expr& expr, std::string_view text, std::vector<ParseError>& errors) {
  TypeCheck(text, errors).check(expr);
}

}  // namespace firedrill::promql
