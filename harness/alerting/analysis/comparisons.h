// The comparisons with a number that decide whether an alert's expression holds.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// `value op threshold`, with the vector on the left however it was written.
struct Comparison {
  const promql::Expr* value;
  promql::BinaryOp op;
  const promql::Expr* threshold;  // of type scalar
};

// The number that an expression always is, if that is plain.
std::optional<double> constant(const promql::Expr& expression);
// The expression below filters: x of (x > 5) < 10.
const promql::Expr& filtered(const promql::Expr& expression);

// The comparison that says the same with its sides exchanged: < for >; other operators are their own.
promql::BinaryOp mirrored(promql::BinaryOp op);

// How comparisons join: all of them must hold, or any.
struct Condition {
  enum class Kind { comparison, all, any, unknown };
  Kind kind = Kind::unknown;
  std::size_t comparison = 0;  // index in Conditions::comparisons
  std::vector<Condition> parts;
};

struct Conditions {
  std::vector<Comparison> comparisons;  // in the order of the text
  Condition root;
};

// Points into `expression`. What is neither a comparison with a scalar nor and, or, unless of such is unknown.
Conditions find_conditions(const promql::Expr& expression);

}  // namespace firedrill::alerting
