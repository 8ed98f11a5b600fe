// The C library's mathematics, called from one place. Nothing outside harness/base calls libm: its results may differ
// between machines and between a compiler's constant folding and the library, and firedrill's must not. These are
// ordinary functions, so that no compiler folds them; inline are only those whose results IEEE 754 fixes to the bit.
#pragma once

#include <cmath>
#include <limits>

namespace firedrill::maths {

double exp(double x);
double expm1(double x);
double log(double x);
double log1p(double x);
double log2(double x);
double log10(double x);
double pow(double x, double y);
inline double sqrt(double x) {
  return std::sqrt(x);
}
double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double sinh(double x);
double cosh(double x);
double tanh(double x);
double asinh(double x);
double acosh(double x);
double atanh(double x);
double fmod(double x, double y);
double atan2(double y, double x);
inline double floor(double x) {
  return std::floor(x);
}
inline double ceil(double x) {
  return std::ceil(x);
}
inline double trunc(double x) {
  return std::trunc(x);
}
// The fraction, in [0.5, 1), and the exponent of two; and back.
double frexp(double x, int& exponent);
double ldexp(double fraction, int exponent);
double hypot(double x, double y);
inline bool is_nan(double x) {
  return std::isnan(x);
}
inline bool is_inf(double x) {
  return std::isinf(x);
}
inline bool is_finite(double x) {
  return std::isfinite(x);
}
inline bool sign_bit(double x) {
  return std::signbit(x);
}
double erf(double x);
inline double abs(double x) {
  return std::fabs(x);
}

inline constexpr double kPi = 3.141592653589793238462643383279502884;
inline double infinity() {
  return std::numeric_limits<double>::infinity();
}
inline double nan() {
  return std::numeric_limits<double>::quiet_NaN();
}

// Standard normal distribution: P(Z ≤ x).
double normal_cdf(double x);

}  // namespace firedrill::maths
