#include "fake_services/traffic/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

const Time kTuesday = *parse_instant("2026-03-03T00:00:00Z");

TEST(Traffic, DayHasItsPeakAndItsMean) {
  TrafficSpec spec;
  spec.requests_per_second = 100;
  spec.daily = {0.5, 14};
  Traffic traffic(spec, 1, "web", kTuesday);
  double sum = 0;
  for (int m = 0; m < 1440; ++m) sum += traffic.rate(kTuesday + std::chrono::minutes(m));
  EXPECT_NEAR(sum / 1440, 100, 0.01);
  Traffic again(spec, 1, "web", kTuesday);
  EXPECT_NEAR(again.rate(kTuesday + 2h), 50, 1e-9);
  EXPECT_NEAR(again.rate(kTuesday + 14h), 150, 1e-9);
}

TEST(Traffic, WeekendsHaveTheirFactorAndMidnightHasNoJump) {
  TrafficSpec spec;
  spec.requests_per_second = 100;
  spec.weekly.factors[5] = 0.4;  // Saturday
  const Time saturday = kTuesday + 96h;
  Traffic traffic(spec, 1, "web", saturday - 1h);
  EXPECT_NEAR(traffic.rate(saturday - 40min), 100, 1e-9);
  EXPECT_NEAR(traffic.rate(saturday), 70, 1e-9);
  EXPECT_NEAR(traffic.rate(saturday + 12h), 40, 1e-9);
  double last = 100;
  Traffic again(spec, 1, "web", saturday - 1h);
  for (Time t = saturday - 1h; t < saturday + 1h; t += 15s) {
    const double rate = again.rate(t);
    EXPECT_LE(std::abs(rate - last), 1.0);
    last = rate;
  }
}

TEST(Traffic, DriftHasItsDeviationAndForgetsItself) {
  TrafficSpec spec;
  spec.requests_per_second = 100;
  spec.noise = {0.1, 5min};
  Traffic traffic(spec, 1, "web", kTuesday);
  std::vector<double> rates;
  for (int m = 0; m < 60000; ++m) rates.push_back(traffic.rate(kTuesday + std::chrono::minutes(m)) / 100 - 1);
  double square = 0, lagged = 0;
  for (std::size_t i = 5; i < rates.size(); ++i) {
    square += rates[i] * rates[i];
    lagged += rates[i] * rates[i - 5];
  }
  EXPECT_NEAR(std::sqrt(square / 60000), 0.1, 0.005);
  EXPECT_NEAR(lagged / square, std::exp(-1), 0.04);
}

TEST(Traffic, SameSeedSameDrift) {
  TrafficSpec spec;
  spec.requests_per_second = 100;
  spec.noise = {0.1, 5min};
  Traffic a(spec, 1, "web", kTuesday), b(spec, 1, "web", kTuesday), c(spec, 2, "web", kTuesday),
      d(spec, 1, "api", kTuesday);
  EXPECT_EQ(a.rate(kTuesday + 3h), b.rate(kTuesday + 3h));
  EXPECT_NE(a.rate(kTuesday + 3h), c.rate(kTuesday + 3h));
  EXPECT_NE(a.rate(kTuesday + 3h), d.rate(kTuesday + 3h));
}

}  // namespace
}  // namespace firedrill::fake_services
