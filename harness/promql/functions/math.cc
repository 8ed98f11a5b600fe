// Functions of a single value.
#include <algorithm>
#include <array>

#include "base/maths.h"
#include "promql/functions/extremes.h"
#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

using Arguments = std::span<const double>;

double round_to(double v, Arguments a) {
  const double inverse = 1.0 / (a.empty() ? 1.0 : a[0]);
  return maths::floor(v * inverse + 0.5) / inverse;
}

double sign(double v, Arguments) {
  return v < 0 ? -1 : v > 0 ? 1 : v;
}

constexpr double kLn2 = 0.693147180559945309417232121458176568;
constexpr double kLn10 = 2.30258509299404568401799145468436421;

// As Go: exact for powers of two, and near 1 with the last digits of 1.
double go_log2(double v) {
  if (!(v > 0) || is_inf(v)) return maths::log2(v);
  int exponent = 0;
  const double fraction = maths::frexp(v, exponent);
  if (fraction == 0.5) return exponent - 1;
  return maths::log(fraction) * (1 / kLn2) + exponent;
}

template <double (*function)(double)>
double plain(double v, Arguments) {
  return function(v);
}

// For large arguments as Go computes them, which are infinite a little earlier than the true value.
double go_sinh(double v, Arguments) {
  if (v > 21) return maths::exp(v) * 0.5;
  if (v < -21) return maths::exp(-v) * -0.5;
  return maths::sinh(v);
}
double go_cosh(double v, Arguments) {
  return magnitude(v) > 21 ? maths::exp(magnitude(v)) * 0.5 : maths::cosh(v);
}

struct Entry {
  std::string_view name;
  ValueFunction function;
};

constexpr std::array kFunctions = {
    Entry{"abs", [](double v, Arguments) { return magnitude(v); }},
    Entry{"acos", plain<maths::acos>},
    Entry{"acosh", plain<maths::acosh>},
    Entry{"asin", plain<maths::asin>},
    Entry{"asinh", plain<maths::asinh>},
    Entry{"atan", plain<maths::atan>},
    Entry{"atanh", plain<maths::atanh>},
    Entry{"ceil", plain<maths::ceil>},
    Entry{"clamp", [](double v, Arguments a) { return greatest(a[0], least(a[1], v)); }},
    Entry{"clamp_max", [](double v, Arguments a) { return greatest(-maths::infinity(), least(a[0], v)); }},
    Entry{"clamp_min", [](double v, Arguments a) { return greatest(a[0], least(maths::infinity(), v)); }},
    Entry{"cos", plain<maths::cos>},
    Entry{"cosh", go_cosh},
    Entry{"deg", [](double v, Arguments) { return v * 180 / maths::kPi; }},
    Entry{"exp", plain<maths::exp>},
    Entry{"floor", plain<maths::floor>},
    Entry{"ln", plain<maths::log>},
    Entry{"log10", [](double v, Arguments) { return go_log2(v) * (kLn2 / kLn10); }},
    Entry{"log2", [](double v, Arguments) { return go_log2(v); }},
    Entry{"rad", [](double v, Arguments) { return v * maths::kPi / 180; }},
    Entry{"round", round_to},
    Entry{"sgn", sign},
    Entry{"sin", plain<maths::sin>},
    Entry{"sinh", go_sinh},
    Entry{"sqrt", plain<maths::sqrt>},
    Entry{"tan", plain<maths::tan>},
    Entry{"tanh", plain<maths::tanh>},
};

}  // namespace

ValueFunction math_function(std::string_view name) {
  const auto it = std::ranges::find(kFunctions, name, &Entry::name);
  return it == kFunctions.end() ? nullptr : it->function;
}

}  // namespace firedrill::promql
