#include "fake_services/traffic/distribution.h"

#include <gtest/gtest.h>

#include <cmath>

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// Moments of X where it is at most `x`, by summing over a fine grid of its distribution function.
Distribution::Part by_grid(const Distribution& d, double x) {
  double first = 0, second = 0, below = d.cdf(0);
  const int steps = 200000;
  for (int i = 1; i <= steps; ++i) {
    const double at = x * i / steps;
    const double upto = d.cdf(at);
    const double middle = at - x / steps / 2;
    first += middle * (upto - below);
    second += middle * middle * (upto - below);
    below = upto;
  }
  const double share = d.cdf(x);
  const double mean = first / share;
  return {share, {mean, second / share - mean * mean}};
}

TEST(Distribution, HasTheQuantilesOfTheFile) {
  const auto d = Distribution::from({"lognormal", 20ms, {}, 180ms, {}});
  EXPECT_NEAR(d.cdf(0.020), 0.5, 1e-9);
  EXPECT_NEAR(d.cdf(0.180), 0.99, 1e-9);
  const auto p90 = Distribution::from({"lognormal", 20ms, 50ms, {}, {}});
  EXPECT_NEAR(p90.cdf(0.050), 0.9, 1e-9);
  const auto e = Distribution::from({"exponential", 10ms, {}, {}, {}});
  EXPECT_NEAR(e.cdf(0.010), 0.5, 1e-9);
  EXPECT_NEAR(Distribution::from({"exponential", {}, {}, {}, 10ms}).mean(), 0.010, 1e-12);
  const auto c = Distribution::from({"constant", 7ms, {}, {}, {}});
  EXPECT_EQ(c.cdf(0.0069), 0);
  EXPECT_EQ(c.cdf(0.0070), 1);
}

TEST(Distribution, FitsItsMoments) {
  const auto d = Distribution::lognormal({0.05, 0.0016});
  const auto all = by_grid(d, 5);
  EXPECT_NEAR(all.moments.mean, 0.05, 1e-5);
  EXPECT_NEAR(all.moments.variance, 0.0016, 1e-4);
  EXPECT_EQ(Distribution::lognormal({0.05, 0}).shape(), Shape::constant);
}

TEST(Distribution, GammaIsCloseToTheExactOne) {
  // Shape 2, mean 1: P(X ≤ x) = 1 − e^(−2x)(1 + 2x).
  const auto d = Distribution::gamma({1, 0.5});
  for (double x = 0.1; x < 5; x += 0.1) EXPECT_NEAR(d.cdf(x), 1 - std::exp(-2 * x) * (1 + 2 * x), 0.005) << x;
  const auto e = Distribution::gamma({1, 1});
  for (double x = 0.1; x < 5; x += 0.1) EXPECT_NEAR(e.cdf(x), 1 - std::exp(-x), 0.012) << x;
}

TEST(Distribution, CutOffAtATimeout) {
  for (const auto& d :
       {Distribution::exponential(0.1), Distribution::lognormal({0.1, 0.02}), Distribution::lognormal({0.3, 0.01})}) {
    for (const double x : {0.05, 0.2, 0.5}) {
      const auto got = d.at_most(x);
      const auto expected = by_grid(d, x);
      EXPECT_NEAR(got.share, expected.share, 1e-9);
      EXPECT_NEAR(got.moments.mean, expected.moments.mean, 1e-4);
      EXPECT_NEAR(got.moments.variance, expected.moments.variance, 1e-4);
    }
  }
  EXPECT_EQ(Distribution::constant(2).at_most(1).share, 0);
  EXPECT_EQ(Distribution::constant(1).at_most(2).share, 1);
}

TEST(Distribution, LaterOfTwo) {
  // Two exponentials of mean 1: the later one has mean 1.5. Clark's rule is for normal times, and comes near.
  EXPECT_NEAR(later_of({1, 1}, {1, 1}).mean, 1.5, 0.08);
  EXPECT_NEAR(later_of({5, 0.01}, {1, 0.01}).mean, 5, 1e-6);
  EXPECT_EQ(later_of({2, 0}, {1, 0}).mean, 2);
}

}  // namespace
}  // namespace firedrill::fake_services
