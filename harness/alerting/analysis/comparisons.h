// The conditions that decide whether an alert's expression holds: comparisons with a number, and what joins them.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "model/labels.h"
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

// How conditions join: both must hold (`and`), any will do (`or`), the first but for what is on the other side
// (`unless`); or nothing may be there (`absent`). What is none of these holds where it has a value.
struct Condition {
  enum class Kind { comparison, all, any, except, absent, other };
  Kind kind = Kind::other;
  std::size_t comparison = 0;                // index in Conditions::comparisons
  std::vector<Condition> parts;              // the two sides; of `except` the left one alone
  const promql::Expr* expression = nullptr;  // without parentheses around it
};

struct Conditions {
  std::vector<Comparison> comparisons;  // in the order of the text
  Condition root;
};

// Points into `expression`.
Conditions find_conditions(const promql::Expr& expression);

// A call of absent or absent_over_time.
bool asks_for_absence(const promql::Expr& expression);

// Of an alert's labels those that samples on the right side of `and`, `or` and `unless` have to share: it may differ in
// those by which the sides are not matched.
model::Labels labels_of_right(const Condition& condition, const model::Labels& labels);

}  // namespace firedrill::alerting
