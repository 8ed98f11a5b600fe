#include "incident/expression_unit.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/contains.h"
#include "promql/functions/functions.h"

namespace firedrill::incident {
namespace {

using promql::as;
using promql::Kind;

// Functions whose values are of the same kind as those of what they are given.
constexpr std::array<std::string_view, 19> kKeep{
    "abs",           "ceil",          "clamp",         "clamp_max",      "clamp_min",      "floor",
    "round",         "avg_over_time", "max_over_time", "min_over_time",  "last_over_time", "quantile_over_time",
    "sum_over_time", "delta",         "idelta",        "predict_linear", "label_replace",  "label_join",
    "vector"};

ValueUnit of_name(std::string_view name) {
  // level:metric:operations, as recording rules are called: the metric's own name is what tells.
  if (const auto colon = name.find(':'); colon != std::string_view::npos) {
    const std::string_view rest = name.substr(colon + 1);
    const std::string_view operations = rest.substr(std::min(rest.size(), rest.find(':') + 1));
    name = rest.substr(0, rest.find(':'));
    const bool quantile = operations.find("p5") != std::string_view::npos ||
                          operations.find("p9") != std::string_view::npos ||
                          operations.find("quantile") != std::string_view::npos;
    if (operations.find("ratio") != std::string_view::npos) return ValueUnit::none;
    if (operations.find("rate") != std::string_view::npos && !quantile) return ValueUnit::none;
  }
  if (name.ends_with("_timestamp_seconds") || name.ends_with("_time_seconds")) return ValueUnit::instant;
  if (name.ends_with("_seconds")) return ValueUnit::seconds;
  return name.ends_with("_bytes") ? ValueUnit::bytes : ValueUnit::none;
}

// Of the buckets below a quantile.
ValueUnit of_buckets(const promql::Expr& expression) {
  for (const promql::VectorSelector* selector : promql::selectors(expression)) {
    if (selector->name.ends_with("_seconds_bucket")) return ValueUnit::seconds;
    if (selector->name.ends_with("_bytes_bucket")) return ValueUnit::bytes;
  }
  return ValueUnit::none;
}

ValueUnit of_call(const promql::Call& call) {
  const std::string_view name = call.function->name;
  if (name == "time" || name == "timestamp") return ValueUnit::instant;
  if (call.arguments.empty()) return ValueUnit::none;
  if (name == "histogram_quantile") return of_buckets(*call.arguments.back());
  if (!contains(kKeep, name)) return ValueUnit::none;
  return unit_of(*call.arguments[name == "quantile_over_time" ? 1 : 0]);
}

ValueUnit of_binary(const promql::Binary& node) {
  const ValueUnit left = unit_of(*node.lhs);
  if (promql::is_set_operator(node.op) || promql::is_comparison(node.op)) {
    return node.return_bool ? ValueUnit::none : left;
  }
  const ValueUnit right = unit_of(*node.rhs);
  // Whatever the present is taken from, or what is taken from the present, is an instant itself (blackbox_exporter's
  // probe_ssl_earliest_cert_expiry does not say so), unless it is a number or a length of time.
  if (node.op == promql::BinaryOp::sub && (left == ValueUnit::instant || right == ValueUnit::instant)) {
    const bool length = right == ValueUnit::seconds || promql::unwrap(*node.rhs).kind == Kind::number;
    return length ? left : ValueUnit::seconds;
  }
  if (node.op == promql::BinaryOp::add || node.op == promql::BinaryOp::sub) {
    return left == ValueUnit::none ? right : left;
  }
  return ValueUnit::none;
}

}  // namespace

ValueUnit unit_of(const promql::Expr& expression) {
  switch (expression.kind) {
    case Kind::vector_selector:
      return of_name(as<promql::VectorSelector>(expression).name);
    case Kind::matrix_selector:
      return of_name(as<promql::MatrixSelector>(expression).vector->name);
    case Kind::subquery:
      return unit_of(*as<promql::Subquery>(expression).inner);
    case Kind::paren:
      return unit_of(*as<promql::Paren>(expression).inner);
    case Kind::unary:
      return unit_of(*as<promql::Unary>(expression).inner);
    case Kind::call:
      return of_call(as<promql::Call>(expression));
    case Kind::binary:
      return of_binary(as<promql::Binary>(expression));
    case Kind::aggregate: {
      const auto& node = as<promql::Aggregate>(expression);
      using enum promql::AggregateOp;
      const bool another = node.op == count || node.op == group || node.op == stdvar || node.op == count_values;
      return another ? ValueUnit::none : unit_of(*node.inner);
    }
    default:
      return ValueUnit::none;
  }
}

}  // namespace firedrill::incident
