#include "events/minute.h"

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

}  // namespace

std::span<const double> latency_bounds_s() {
  return kBounds;
}

}  // namespace firedrill::events
