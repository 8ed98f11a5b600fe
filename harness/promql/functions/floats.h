// What the inner loops ask of a number, without a call: the bits of IEEE 754, no libm.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace firedrill::promql {

constexpr bool is_nan(double x) {
  return x != x;
}
constexpr double magnitude(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~(1ULL << 63));
}
constexpr bool is_inf(double x) {
  return magnitude(x) == std::numeric_limits<double>::infinity();
}
constexpr bool is_negative(double x) {
  return std::bit_cast<std::uint64_t>(x) >> 63 != 0;
}

}  // namespace firedrill::promql
