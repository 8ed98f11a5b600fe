// The smaller and the larger of two numbers as Go's math.Min and math.Max have them.
#pragma once

#include "base/maths.h"
#include "promql/functions/floats.h"

namespace firedrill::promql {

// An infinity on the decisive side beats NaN, NaN beats the rest, -0 is below 0.
inline double least(double x, double y) {
  if ((is_inf(x) && x < 0) || (is_inf(y) && y < 0)) return -maths::infinity();
  if (is_nan(x) || is_nan(y)) return maths::nan();
  if (x == 0 && x == y) return is_negative(x) ? x : y;
  return x < y ? x : y;
}

inline double greatest(double x, double y) {
  if ((is_inf(x) && x > 0) || (is_inf(y) && y > 0)) return maths::infinity();
  if (is_nan(x) || is_nan(y)) return maths::nan();
  if (x == 0 && x == y) return is_negative(x) ? y : x;
  return x > y ? x : y;
}

}  // namespace firedrill::promql
