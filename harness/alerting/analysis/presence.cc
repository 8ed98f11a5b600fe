#include "alerting/analysis/presence.h"

#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

using promql::as;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;
using promql::ValueType;

bool of_call(const promql::Call& call) {
  using promql::Special;
  switch (call.function->special) {
    case Special::vector:
    case Special::scalar:
    case Special::time:
    case Special::pi:
      return true;
    case Special::calendar:
      return call.arguments.empty() || always_there(*call.arguments[0]);
    case Special::label_join:
    case Special::label_replace:
    case Special::sort:
    case Special::sort_desc:
      return always_there(*call.arguments[0]);
    default:
      break;
  }
  // clamp() of limits that contradict each other is empty.
  const bool maps = call.function->over_value != nullptr && call.function->name != "clamp";
  return maps && always_there(*call.arguments[0]);
}

bool of_binary(const promql::Binary& binary) {
  const bool left = binary.lhs->type == ValueType::vector;
  const bool right = binary.rhs->type == ValueType::vector;
  if (binary.op == BinaryOp::or_) return always_there(*binary.lhs) || always_there(*binary.rhs);
  if (promql::is_set_operator(binary.op)) return false;
  if (promql::is_comparison(binary.op) && !binary.return_bool) return false;
  // Two vectors may not meet.
  if (left && right) return false;
  return always_there(left ? *binary.lhs : *binary.rhs);
}

}  // namespace

bool always_there(const Expr& expression) {
  using promql::AggregateOp;
  const Expr& node = promql::unwrap(expression);
  switch (node.kind) {
    case Kind::number:
      return true;
    case Kind::unary:
      return always_there(*as<promql::Unary>(node).inner);
    case Kind::call:
      return of_call(as<promql::Call>(node));
    case Kind::binary:
      return of_binary(as<promql::Binary>(node));
    case Kind::aggregate: {
      const auto& aggregate = as<promql::Aggregate>(node);
      // Of the others the parameter may ask for nothing.
      return aggregate.parameter == nullptr && always_there(*aggregate.inner);
    }
    default:
      return false;
  }
}

}  // namespace firedrill::alerting
