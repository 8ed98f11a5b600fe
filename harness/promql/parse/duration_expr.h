// Arithmetic in durations: [5m * 2], offset (1h / 2), [max_of(step(), 1m)]. Prometheus works it out when it begins to
// evaluate (promql/durations.go), since step() and range() are the query's.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/time.h"
#include "promql/parse/text_range.h"

namespace firedrill::promql {

struct DurationExpr;
using DurationExprPtr = std::shared_ptr<const DurationExpr>;

struct DurationExpr {
  enum class Op { number, add, sub, mul, div, mod, pow, plus, minus, step, range, min_of, max_of };
  Op op = Op::number;
  double seconds = 0;        // of a number
  bool as_duration = false;  // a number written as a duration, 5m: printed as one
  bool wrapped = false;      // in parentheses
  TextRange where;
  int depth = 1;
  DurationExprPtr lhs;
  DurationExprPtr rhs;  // the operand of a sign
};

// What step() and range() stand for: nothing of an instant query, and so of a rule.
struct QueryTimes {
  Duration step{};
  Duration range{};
  bool operator==(const QueryTimes&) const = default;
};

// The error is worded as Prometheus's, with the part's first and last byte. Where not `signed_too`, above 0.
std::expected<Duration, std::string> evaluate(const DurationExpr& expr, const QueryTimes& times, bool signed_too);

// Whether the query decides: there is a step() or range() in it.
bool depends_on_query(const DurationExpr& expr);

std::string print(const DurationExpr& expr);
bool equal(const DurationExpr& a, const DurationExpr& b);

}  // namespace firedrill::promql
