#include "base/maths.h"

#include <cmath>

namespace firedrill::maths {

double exp(double x) {
  return std::exp(x);
}
double expm1(double x) {
  return std::expm1(x);
}
double log(double x) {
  return std::log(x);
}
double log1p(double x) {
  return std::log1p(x);
}
double log2(double x) {
  return std::log2(x);
}
double log10(double x) {
  return std::log10(x);
}
double pow(double x, double y) {
  return std::pow(x, y);
}
double sin(double x) {
  return std::sin(x);
}
double cos(double x) {
  return std::cos(x);
}
double tan(double x) {
  return std::tan(x);
}
double asin(double x) {
  return std::asin(x);
}
double acos(double x) {
  return std::acos(x);
}
double atan(double x) {
  return std::atan(x);
}
double sinh(double x) {
  return std::sinh(x);
}
double cosh(double x) {
  return std::cosh(x);
}
double tanh(double x) {
  return std::tanh(x);
}
double asinh(double x) {
  return std::asinh(x);
}
double acosh(double x) {
  return std::acosh(x);
}
double atanh(double x) {
  return std::atanh(x);
}
double fmod(double x, double y) {
  return std::fmod(x, y);
}
double atan2(double y, double x) {
  return std::atan2(y, x);
}
double frexp(double x, int& exponent) {
  return std::frexp(x, &exponent);
}
double ldexp(double fraction, int exponent) {
  return std::ldexp(fraction, exponent);
}
double hypot(double x, double y) {
  return std::hypot(x, y);
}
double erf(double x) {
  return std::erf(x);
}

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x * 0.70710678118654752440);
}

}  // namespace firedrill::maths
