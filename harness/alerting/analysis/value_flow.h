// Which values the samples of an expression can have, whatever the data; and whether there can be any at all.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "promql/parse/ast.h"

namespace firedrill::alerting {

// An interval. NaN is in none: comparisons filter it out, but for !=.
struct ValueRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  // the bound itself is not in it
  bool high_open = false;

  bool empty() const { return low > high || (low == high && (low_open || high_open)); }
  bool within(const ValueRange& other) const;
};
ValueRange intersection(const ValueRange& a, const ValueRange& b);
// What `x op threshold` lets pass; everything where that is no interval (!=).
ValueRange passing(promql::BinaryOp op, double threshold);
// "at least 1", "0 to 23", "more than 5": for messages.
std::string describe(const ValueRange& range);

struct ValueFlow {
  ValueRange range;
  // Why there is never a sample, and where that begins; null: there may be some.
  const promql::Expr* empty_at = nullptr;
  std::string why;
};

ValueFlow value_flow(const promql::Expr& expression);

}  // namespace firedrill::alerting
