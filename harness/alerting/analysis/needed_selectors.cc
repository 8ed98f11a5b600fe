#include "alerting/analysis/needed_selectors.h"

#include <algorithm>

#include "alerting/analysis/comparisons.h"

namespace firedrill::alerting {
namespace {

void collect(const promql::Expr& expression, std::vector<const promql::VectorSelector*>& found) {
  if (expression.kind == promql::Kind::vector_selector) {
    found.push_back(&promql::as<promql::VectorSelector>(expression));
  } else if (expression.kind == promql::Kind::matrix_selector) {
    found.push_back(promql::as<promql::MatrixSelector>(expression).vector.get());
  }
  if (asks_for_absence(expression)) return;
  if (expression.kind == promql::Kind::binary) {
    const auto& binary = promql::as<promql::Binary>(expression);
    if (binary.op == promql::BinaryOp::unless) return collect(*binary.lhs, found);
  }
  for (const promql::Expr* part : promql::children(expression)) collect(*part, found);
}

}  // namespace

std::vector<const promql::VectorSelector*> needed_selectors(const promql::Expr& expression) {
  std::vector<const promql::VectorSelector*> found;
  collect(expression, found);
  return found;
}

}  // namespace firedrill::alerting
