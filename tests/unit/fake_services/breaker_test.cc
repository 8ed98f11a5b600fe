// Circuit breakers that chance opens against some that count their attempts one by one.
#include "fake_services/traffic/guards/breaker.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <utility>

#include "base/random.h"

namespace firedrill::fake_services {
namespace {

struct Called {
  double rate = 0;   // attempts a second
  double fails = 0;  // share
  double threshold = 0;
  int window_s = 0;
  int least = 0;
  int open_for_s = 0;
};

DependencySpec::CircuitBreaker spec_of(const Called& c) {
  return {.threshold = c.threshold,
          .window = std::chrono::seconds(c.window_s),
          .min_requests = static_cast<double>(c.least),
          .open_for = std::chrono::seconds(c.open_for_s)};
}

// Of the time until `span`: the share in which it is open; on average over so many replications.
double open_one_by_one(const Called& c, double span, int replications) {
  RandomStream random(1, "breaker");
  double all = 0;
  for (int n = 0; n < replications; ++n) {
    std::deque<std::pair<double, bool>> window;
    int bad = 0;
    for (double t = random.exponential(1 / c.rate); t < span; t += random.exponential(1 / c.rate)) {
      const bool failed = random.uniform() < c.fails;
      window.emplace_back(t, failed);
      bad += failed ? 1 : 0;
      while (window.front().first < t - c.window_s) {
        bad -= window.front().second ? 1 : 0;
        window.pop_front();
      }
      const auto count = static_cast<double>(window.size());
      if (!failed || count < c.least || bad < c.threshold * count) continue;
      const double opened = t;
      bool open = true;
      while (open && t < span) {  // one trial after another
        t += c.open_for_s + random.exponential(1 / c.rate);
        open = random.uniform() < c.fails;
      }
      all += std::min(t, span) - opened;
      window.clear();
      bad = 0;
    }
  }
  return all / span / replications;
}

double open_by_flow(const Called& c, double span, double step_s) {
  Breakers breakers;
  const auto spec = spec_of(c);
  const BreakerLoad load{.attempts = c.rate, .failures = c.rate * c.fails, .calls = c.rate, .trial_fails = c.fails};
  double all = 0;
  for (double t = step_s; t <= span; t += step_s) {
    const double was = breakers.open;
    step(breakers, spec, Time(from_seconds(t)), step_s, load);
    all += step_s * (was + breakers.open) / 2;
  }
  return all / span;
}

TEST(Breaker, IsOpenAsOftenAsOneThatCounts) {
  for (const Called& c :
       {Called{5, 0.4, 0.5, 10, 10, 5}, Called{10, 0.3, 0.4, 5, 10, 4}, Called{10, 0.2, 0.3, 4, 10, 3},
        Called{2, 0.35, 0.5, 5, 10, 3}, Called{5, 0.4, 0.5, 10, 20, 30}, Called{6, 0.3, 0.3, 5, 10, 5},
        Called{20, 0.33, 0.3, 5, 10, 4}, Called{10, 0.45, 0.5, 10, 20, 10}}) {
    const double counted = open_one_by_one(c, 600, 200);
    EXPECT_NEAR(open_by_flow(c, 600, 1), counted, 0.3 * counted * (1 - counted) + 0.02)
        << c.rate << "/s, " << c.fails << " of " << c.threshold;
  }
}

TEST(Breaker, OpensAsSoonAsOneThatCounts) {
  for (const Called& c :
       {Called{8, 0.9, 0.5, 10, 10, 600}, Called{5, 0.6, 0.5, 10, 20, 600}, Called{3, 0.35, 0.4, 10, 10, 600}}) {
    for (const double span : {2.0, 5.0, 20.0}) {
      const double counted = open_one_by_one(c, span, 4000);
      EXPECT_NEAR(open_by_flow(c, span, 1), counted, 0.07) << c.fails << " of " << c.threshold << " until " << span;
    }
  }
}

TEST(Breaker, IsAsOftenOpenInLongStepsAsInShortOnes) {
  const Called c{5, 0.4, 0.5, 10, 10, 5};
  EXPECT_NEAR(open_by_flow(c, 6000, 60), open_by_flow(c, 6000, 1), 0.02);
}

TEST(Breaker, StaysClosedFarBelowItsThreshold) {
  EXPECT_EQ(open_by_flow({50, 0.05, 0.5, 10, 20, 30}, 3600, 15), 0);
  EXPECT_LT(open_by_flow({1, 0.9, 0.5, 10, 40, 30}, 3600, 15), 1e-9);
}

TEST(Breaker, LetsTrialsThroughUntilOneSucceeds) {
  Breakers breakers;
  const DependencySpec::CircuitBreaker spec{
      .threshold = 0.5, .window = std::chrono::seconds(10), .min_requests = 10, .open_for = std::chrono::seconds(5)};
  Time t{};
  const auto go = [&](int seconds, double fails) {
    for (int i = 0; i < seconds; ++i) {
      t += std::chrono::seconds(1);
      step(breakers, spec, t, 1, {.attempts = 100, .failures = 100 * fails, .calls = 100, .trial_fails = fails});
    }
  };
  go(4, 1);
  EXPECT_GT(breakers.open, 0.999);
  go(60, 1);
  EXPECT_GT(breakers.open, 0.999);
  go(6, 0);
  EXPECT_LT(breakers.open, 0.001);
}

}  // namespace
}  // namespace firedrill::fake_services
