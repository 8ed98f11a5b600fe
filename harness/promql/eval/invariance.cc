#include "promql/eval/invariance.h"

#include <algorithm>

#include "promql/functions/functions.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

bool asks_for_time(const Function& function) {
  return function.special == Special::calendar || function.special == Special::time ||
         function.special == Special::timestamp || function.over_range == predict_linear;
}

}  // namespace

bool evaluated_once(const Expr& expr) {
  switch (expr.kind) {
    case Kind::number:
    case Kind::string:
      return true;
    case Kind::vector_selector:
      return as<VectorSelector>(expr).modifiers.at != Modifiers::At::none;
    case Kind::matrix_selector:
      return as<MatrixSelector>(expr).vector->modifiers.at != Modifiers::At::none;
    case Kind::subquery:
      return as<Subquery>(expr).modifiers.at != Modifiers::At::none;
    case Kind::aggregate:
      return evaluated_once(*as<Aggregate>(expr).inner);
    case Kind::call:
      if (asks_for_time(*as<Call>(expr).function)) return false;
      break;
    default:
      break;
  }
  return std::ranges::all_of(children(expr), [](const Expr* child) { return evaluated_once(*child); });
}

bool looks_ahead(const Expr& expr) {
  const auto ahead = [](const Modifiers& m) { return m.at != Modifiers::At::none || m.offset < Duration::zero(); };
  switch (expr.kind) {
    case Kind::vector_selector:
      return ahead(as<VectorSelector>(expr).modifiers);
    case Kind::matrix_selector:
      return ahead(as<MatrixSelector>(expr).vector->modifiers);
    case Kind::subquery:
      if (ahead(as<Subquery>(expr).modifiers)) return true;
      break;
    case Kind::call:
      if (as<Call>(expr).function->special == Special::info) return true;
      break;
    default:
      break;
  }
  return std::ranges::any_of(children(expr), [](const Expr* child) { return looks_ahead(*child); });
}

const Modifiers* first_modifiers(const Expr& expr) {
  if (expr.kind == Kind::vector_selector) return &as<VectorSelector>(expr).modifiers;
  if (expr.kind == Kind::matrix_selector) return &as<MatrixSelector>(expr).vector->modifiers;
  if (expr.kind == Kind::subquery) return &as<Subquery>(expr).modifiers;
  if (expr.kind == Kind::aggregate) {
    if (const Modifiers* found = first_modifiers(*as<Aggregate>(expr).inner)) return found;
  }
  for (const Expr* child : children(expr)) {
    if (const Modifiers* found = first_modifiers(*child)) return found;
  }
  return nullptr;
}

}  // namespace firedrill::promql
