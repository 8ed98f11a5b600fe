#include "events/minute.h"

#include <algorithm>

namespace firedrill::events {
namespace {

// The bounds of the request histogram (instruments.h) and, between any two of them and around them, bounds at equal
// ratios, so that no bucket is wider than a third of its value up to 20 s.
constexpr std::array<double, kLatencyBuckets - 1> kBounds = {
    0.0001, 0.0002, 0.0003, 0.0005, 0.0007, 0.001, 0.0013, 0.0017, 0.0022, 0.0029, 0.0038, 0.005, 0.0063,
    0.0079, 0.01,   0.0126, 0.0158, 0.02,   0.025, 0.03,   0.035,  0.042,  0.05,   0.061,  0.075, 0.087,
    0.1,    0.12,   0.145,  0.17,   0.2,    0.25,  0.3,    0.35,   0.42,   0.5,    0.61,   0.75,  0.87,
    1.0,    1.2,    1.45,   1.7,    2.0,    2.5,   3.0,    3.5,    4.2,    5.0,    6.1,    7.5,   8.7,
    10.0,   12.0,   14.5,   17.0,   20.0,   25.0,  30.0,   40.0,   60.0,   100.0,  200.0};

// The upper end given to the open bucket.
constexpr double kOpenEnd = 400.0;

double lower_bound_of(std::size_t i) {
  return i == 0 ? 0 : kBounds[i - 1];
}
double upper_bound_of(std::size_t i) {
  return i < kBounds.size() ? kBounds[i] : kOpenEnd;
}

double total(std::span<const float, kLatencyBuckets> latency) {
  double sum = 0;
  for (const float count : latency) sum += static_cast<double>(count);
  return sum;
}

}  // namespace

std::span<const double> latency_bounds_s() {
  return kBounds;
}

double latency_quantile(std::span<const float, kLatencyBuckets> latency, double q) {
  const double all = total(latency);
  if (all <= 0) return 0;
  double left = std::clamp(q, 0.0, 1.0) * all;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    const double count = static_cast<double>(latency[i]);
    if (count > 0 && left <= count) {
      return lower_bound_of(i) + (upper_bound_of(i) - lower_bound_of(i)) * left / count;
    }
    left -= count;
  }
  return kOpenEnd;
}

}  // namespace firedrill::events
