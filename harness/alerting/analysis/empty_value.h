// Why an expression has no value where it should have one: for the author of a rule that never says anything.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/time.h"
#include "model/labels.h"
#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/queryable.h"

namespace firedrill::alerting {

// Where an expression is looked at.
struct Looked {
  std::shared_ptr<const promql::Expr> whole;  // owns the parts that are asked about
  const promql::Queryable& data;
  promql::Options options;
  std::span<const Time> times;  // rising
  // Of a value that is told to have been too low or too high: series that have one of these with another value are not
  // told of.
  model::Labels labels{};
  std::function<std::string(Time)> clock = format_clock;  // how instants are written
};

// Why `part`, which had no value at any of the times, had none: "no series matched m", "a window of 1m held one sample
// of m at the most, and rate takes two". Empty if that cannot be told.
std::string why_empty(const Looked& looked, const promql::Expr& part);

// Whether `part` had values at some of the times, and none of them was a number.
bool is_always_nan(const Looked& looked, const promql::Expr& part);

// Of a part that counts what changes within a window: that no window held the two samples which a change takes, so that
// the value is 0 whatever happens. Empty where it may be another.
std::string why_always_zero(const Looked& looked, const promql::Expr& part);

}  // namespace firedrill::alerting
