// The C library's mathematics, called from one place. Nothing outside harness/base calls libm: its results may differ
// between machines and between a compiler's constant folding and the library, and firedrill's must not. These are
// ordinary functions, so that no compiler folds them.
#pragma once

namespace firedrill::maths {

double exp(double x);
double expm1(double x);
double log(double x);
double log1p(double x);
double log2(double x);
double log10(double x);
double pow(double x, double y);
double sqrt(double x);
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
double floor(double x);
double ceil(double x);
double trunc(double x);
double hypot(double x, double y);
bool is_nan(double x);
bool is_inf(double x);
bool is_finite(double x);
bool sign_bit(double x);
double erf(double x);

inline constexpr double kPi = 3.141592653589793238462643383279502884;
double infinity();
double nan();

// Standard normal distribution: P(Z ≤ x), and its inverse for 0 < p < 1.
double normal_cdf(double x);
double normal_quantile(double p);

}  // namespace firedrill::maths
