// The power operator as Go's math.Pow computes it, by repeated squaring of the fraction: it differs from the C
// library's correctly rounded one by many units in the last place for large whole exponents.
#include <cstdint>

#include "base/maths.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

// A number as fraction × 2^exponent.
struct Scaled {
  double fraction = 1;
  int exponent = 0;
};

// x^n; gives up once the exponent is far beyond what a double holds.
Scaled whole_power(Scaled power, double x, std::int64_t n) {
  constexpr int kHopeless = 1 << 12;
  int exponent = 0;
  double fraction = maths::frexp(x, exponent);
  for (; n != 0; n >>= 1) {
    if (exponent < -kHopeless || exponent > kHopeless) {
      power.exponent += exponent;
      return power;
    }
    if ((n & 1) == 1) {
      power.fraction *= fraction;
      power.exponent += exponent;
    }
    fraction *= fraction;
    exponent *= 2;
    if (fraction < 0.5) {
      fraction += fraction;
      --exponent;
    }
  }
  return power;
}

}  // namespace

double power(double x, double y) {
  const bool ordinary = maths::is_finite(x) && maths::is_finite(y) && x != 0 && y != 0 && x != 1 && y != 1;
  if (!ordinary) return maths::pow(x, y);
  if (y == 0.5) return maths::sqrt(x);
  if (y == -0.5) return 1 / maths::sqrt(x);
  const double size = y < 0 ? -y : y;
  double whole = maths::trunc(size);
  double part = size - whole;
  if ((part != 0 && x < 0) || whole >= 0x1p63) return maths::pow(x, y);
  Scaled result;
  if (part != 0) {
    if (part > 0.5) {
      part -= 1;
      whole += 1;
    }
    result.fraction = maths::exp(part * maths::log(x));
  }
  result = whole_power(result, x, static_cast<std::int64_t>(whole));
  if (y < 0) return maths::ldexp(1 / result.fraction, -result.exponent);
  return maths::ldexp(result.fraction, result.exponent);
}

}  // namespace firedrill::promql
