// Loops over arrays that do not overlap, element by element: done several elements at a time where the machine can,
// with the same results to the last bit.
#pragma once

#include <cstddef>

namespace firedrill::fake_services {

// GCC does so at -O2 only where it is told to; Clang does anyway.
#if defined(__GNUC__) && !defined(__clang__)
#define FIREDRILL_WIDE [[gnu::optimize("O3")]]
#else
#define FIREDRILL_WIDE
#endif

// to[i] += factor · from[i]
FIREDRILL_WIDE inline void add_scaled(double factor, const double* __restrict from, double* __restrict to,
                                      std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

// to[i] = x[i] · b[i] + y[i] · a[i]
FIREDRILL_WIDE inline void cross_products(const double* __restrict x, const double* __restrict b,
                                          const double* __restrict y, const double* __restrict a, double* __restrict to,
                                          std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = x[i] * b[i] + y[i] * a[i];
}

// What has been added up by now, less what was taken of it before: gained[i] = sum[i] + rate[i] · time − taken[i]; and
// that is taken.
FIREDRILL_WIDE inline void take_gained(const double* __restrict sum, const double* __restrict rate, double time,
                                       double* __restrict taken, double* __restrict gained, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const double now = sum[i] + rate[i] * time;
    gained[i] = now - taken[i];
    taken[i] = now;
  }
}

#undef FIREDRILL_WIDE

}  // namespace firedrill::fake_services
