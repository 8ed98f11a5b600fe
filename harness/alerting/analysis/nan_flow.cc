#include "alerting/analysis/nan_flow.h"

#include <algorithm>
#include <array>

#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

using promql::as;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

// A rate, or a sum of such: 0 where nothing happens.
bool rests_at_zero(const Expr& expression) {
  constexpr std::array<std::string_view, 3> kIncreases = {"increase", "irate", "rate"};
  const Expr& node = promql::unwrap(expression);
  if (node.kind == Kind::aggregate) {
    const auto& aggregate = as<promql::Aggregate>(node);
    using enum promql::AggregateOp;
    const bool keeps = aggregate.op == sum || aggregate.op == avg || aggregate.op == min || aggregate.op == max;
    return keeps && rests_at_zero(*aggregate.inner);
  }
  if (node.kind != Kind::call) return false;
  return std::ranges::find(kIncreases, as<promql::Call>(node).function->name) != kIncreases.end();
}

}  // namespace

bool may_be_nan(const Expr& expression, const std::function<bool(const std::string& name)>& recorded) {
  const Expr& node = promql::unwrap(expression);
  switch (node.kind) {
    case Kind::vector_selector:
      return recorded(as<promql::VectorSelector>(node).name);
    case Kind::unary:
      return may_be_nan(*as<promql::Unary>(node).inner, recorded);
    case Kind::call: {
      const auto& call = as<promql::Call>(node);
      return call.function->special == promql::Special::histogram_quantile && rests_at_zero(*call.arguments.back());
    }
    case Kind::aggregate: {
      const auto& aggregate = as<promql::Aggregate>(node);
      using enum promql::AggregateOp;
      // Of several, min and max take one that is a number.
      return (aggregate.op == sum || aggregate.op == avg) && may_be_nan(*aggregate.inner, recorded);
    }
    case Kind::binary: {
      const auto& binary = as<promql::Binary>(node);
      if (binary.op == BinaryOp::div && rests_at_zero(*binary.lhs) && rests_at_zero(*binary.rhs)) return true;
      const bool arithmetic = !promql::is_comparison(binary.op) && !promql::is_set_operator(binary.op);
      return arithmetic && (may_be_nan(*binary.lhs, recorded) || may_be_nan(*binary.rhs, recorded));
    }
    default:
      return false;
  }
}

}  // namespace firedrill::alerting
