#include "alerting/analysis/normal_form.h"

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>

#include "alerting/analysis/comparisons.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::Aggregate;
using promql::as;
using promql::Binary;
using promql::BinaryOp;
using promql::Call;
using promql::Cardinality;
using promql::Expr;
using promql::ExprPtr;
using promql::is_comparison;
using promql::is_set_operator;
using promql::Kind;
using promql::MatrixSelector;
using promql::NumberLiteral;
using promql::Paren;
using promql::print;
using promql::Subquery;
using promql::to_string;
using promql::Unary;
using promql::ValueType;
using promql::VectorSelector;

std::string list_of(const std::vector<std::string>& labels) {
  std::string out;
  for (const std::string& label : std::set<std::string>(labels.begin(), labels.end())) out += label + ",";
  return "(" + out + ")";
}

void copy_sorted(const VectorSelector& from, VectorSelector& to) {
  to.name = from.name;
  to.matchers = from.matchers;
  to.modifiers = from.modifiers;
  const auto key = [](const model::Matcher& matcher) {
    return std::tuple(matcher.name(), static_cast<int>(matcher.op()), matcher.value());
  };
  std::ranges::sort(to.matchers, {}, key);
}

std::string form_of_selector(const VectorSelector& selector) {
  VectorSelector sorted;
  copy_sorted(selector, sorted);
  return print(sorted);
}

std::string form_of_range(const MatrixSelector& selector) {
  MatrixSelector sorted;
  sorted.vector = std::make_unique<VectorSelector>();
  copy_sorted(*selector.vector, *sorted.vector);
  sorted.range = selector.range;
  sorted.range_expr = selector.range_expr;
  return print(sorted);
}

bool is_commutative(BinaryOp op) {
  return op == BinaryOp::add || op == BinaryOp::mul || op == BinaryOp::eq || op == BinaryOp::ne;
}

bool matches_all_labels(const Binary& node) {
  return node.matching && !node.matching->on && node.matching->labels.empty();
}

// Whether the sides may be exchanged. Of a comparison that filters, the value and the metric's name are those of the
// left side, as of set operators all labels are; between a vector and a number they are the vector's.
bool sides_are_alike(const Binary& node, bool series) {
  if (is_set_operator(node.op)) return series && node.op != BinaryOp::unless && matches_all_labels(node);
  if (!is_comparison(node.op)) return is_commutative(node.op);
  const bool with_number = node.lhs->type == ValueType::scalar || node.rhs->type == ValueType::scalar;
  const bool one_to_one = !node.matching || node.matching->cardinality == Cardinality::one_to_one;
  return with_number || node.return_bool || (series && one_to_one);
}

std::string form(const Expr& expression, bool series);

std::string form_of_binary(const Binary& node, bool series) {
  // What is matched by all labels may have any value and name itself.
  const bool through = series && is_set_operator(node.op) && matches_all_labels(node);
  std::string left = form(*node.lhs, through);
  std::string right = form(*node.rhs, through);
  BinaryOp op = node.op;
  std::string matching;
  if (node.matching) matching = (node.matching->on ? "on" : "ignoring") + list_of(node.matching->labels);
  std::string_view many = "left";
  bool grouped = false;
  if (node.matching) {
    grouped = node.matching->cardinality == Cardinality::many_to_one ||
              node.matching->cardinality == Cardinality::one_to_many;
    if (node.matching->cardinality == Cardinality::one_to_many) many = "right";
  }
  if (sides_are_alike(node, series)) {
    const bool vector_is_right = node.lhs->type == ValueType::scalar && node.rhs->type == ValueType::vector;
    const bool same_types = node.lhs->type == node.rhs->type;
    const bool exchange = grouped ? many == "right" : vector_is_right || (same_types && right < left);
    if (exchange) {
      std::swap(left, right);
      op = alerting::mirrored(op);
      many = "left";
    }
  }
  if (grouped) matching += format(" group_{}{}", many, list_of(node.matching->include));
  return format("({} {}{} {} {})", left, to_string(op), node.return_bool ? " bool" : "", matching, right);
}

std::string form_of_aggregate(const Aggregate& node) {
  const std::string parameter = node.parameter ? form(*node.parameter, false) + ", " : std::string();
  return format("{} {}{} ({}{})", to_string(node.op), node.without ? "without" : "by", list_of(node.grouping),
                parameter, form(*node.inner, false));
}

std::string form(const Expr& expression, bool series) {
  switch (expression.kind) {
    case Kind::number:
      return format_number(as<NumberLiteral>(expression).value);
    case Kind::vector_selector:
      return form_of_selector(as<VectorSelector>(expression));
    case Kind::matrix_selector:
      return form_of_range(as<MatrixSelector>(expression));
    case Kind::subquery: {
      const auto& node = as<Subquery>(expression);
      return form(*node.inner, false) + print(node).substr(print(*node.inner).size());
    }
    case Kind::call: {
      const auto& node = as<Call>(expression);
      std::string out = format("{}(", node.function->name);
      for (const ExprPtr& argument : node.arguments) out += form(*argument, false) + ", ";
      return out + ")";
    }
    case Kind::aggregate:
      return form_of_aggregate(as<Aggregate>(expression));
    case Kind::binary:
      return form_of_binary(as<Binary>(expression), series);
    case Kind::unary: {
      const auto& node = as<Unary>(expression);
      return (node.minus ? "-" : "") + form(*node.inner, !node.minus && series);
    }
    case Kind::paren:
      return form(*as<Paren>(expression).inner, series);
    default:
      return print(expression);
  }
}

}  // namespace

std::string normal_form(const Expr& expression) {
  return form(expression, false);
}

std::string normal_form_of_series(const Expr& expression) {
  return form(expression, true);
}

}  // namespace firedrill::alerting
