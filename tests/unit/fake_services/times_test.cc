// Laws of times: what is added, put in a row, awaited together, cut off or left over, against drawing.
#include "fake_services/traffic/times.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "drawn_laws.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/stations/pool.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// P(low < X ≤ high).
double share_between(const Times& times, double low, double high) {
  return times.cdf(high) - times.cdf(low);
}

Drawn random_law(RandomStream& chance) {
  const auto scale = [&] { return 0.002 * std::exp(5 * chance.uniform()); };
  const auto plain = [&]() -> Drawn {
    switch (chance.below(3)) {
      case 0:
        return constant(scale());
      case 1:
        return exponential(scale());
      default:
        return lognormal(scale(), 0.4 + chance.uniform());
    }
  };
  return chance.uniform() < 0.5 ? plain() : either(0.1 + 0.8 * chance.uniform(), plain(), plain());
}

// Two shares and a half in a thousand, of which draws are good to one.
constexpr double kNear = 0.012;

TEST(Times, KnowsTheLawsOfFiles) {
  for (const Drawn& d : {exponential(0.02), lognormal(0.02, 1), lognormal(0.02, 0.4), constant(0.02)}) {
    EXPECT_LT(distance(d.law, d.draw), 0.006);
  }
}

TEST(Times, SumsAreThoseOfDraws) {
  RandomStream chance(7, "laws");
  for (int i = 0; i < 12; ++i) {
    const Drawn a = random_law(chance);
    const Drawn b = random_law(chance);
    EXPECT_LT(distance(a.law + b.law, [&](RandomStream& c) { return a.draw(c) + b.draw(c); }), kNear) << i;
  }
}

TEST(Times, ChainsOfSumsAreThoseOfDraws) {
  RandomStream chance(8, "laws");
  for (int i = 0; i < 4; ++i) {
    Times law;
    std::vector<Drawn> all;
    for (int n = 0; n < 5; ++n) {
      all.push_back(random_law(chance));
      law = law + all.back().law;
    }
    const auto draw = [&](RandomStream& c) {
      double sum = 0;
      for (const Drawn& d : all) sum += d.draw(c);
      return sum;
    };
    EXPECT_LT(distance(law, draw), 2 * kNear) << i;
    EXPECT_LE(law.parts().size(), Times::kMost);
    EXPECT_NEAR(law.share(), 1, 1e-9);
  }
}

TEST(Times, TheLaterIsThatOfDraws) {
  RandomStream chance(9, "laws");
  for (int i = 0; i < 12; ++i) {
    const Drawn a = random_law(chance);
    const Drawn b = random_law(chance);
    const Times later = later_of(a.law, b.law);
    EXPECT_LT(distance(later, [&](RandomStream& c) { return std::max(a.draw(c), b.draw(c)); }), kNear) << i;
    double mean = 0;
    RandomStream c(2, "mean");
    for (int n = 0; n < kDraws; ++n) mean += std::max(a.draw(c), b.draw(c)) / kDraws;
    EXPECT_NEAR(later.mean(), mean, 0.03 * mean) << i;
  }
}

TEST(Times, WhatIsCutOffIsThatOfDraws) {
  const Drawn law = either(0.3, exponential(0.05), either(0.5, constant(0.2), lognormal(0.03, 0.8)));
  for (const double x : {0.02, 0.1, 0.3}) {
    const Times kept = law.law.at_most(x);
    double share = 0, first = 0;
    RandomStream chance(3, "cut");
    for (int n = 0; n < kDraws; ++n) {
      const double t = law.draw(chance);
      share += t <= x ? 1.0 / kDraws : 0;
      first += t <= x ? t / kDraws : 0;
    }
    EXPECT_NEAR(kept.share(), share, 0.005) << x;
    EXPECT_NEAR(kept.mean(), first / share, 0.02 * first / share) << x;
    const auto draw = [&](RandomStream& c) {
      for (;;) {
        if (const double t = law.draw(c); t <= x) return t;
      }
    };
    EXPECT_LT(distance(kept, draw), 0.03) << x;
  }
  EXPECT_EQ(Times::just(2).at_most(1).share(), 0);
  EXPECT_EQ(Times::just(1).at_most(2).share(), 1);
}

TEST(Times, AnotherScaleIsThatOfDraws) {
  const Drawn law = either(0.5, exponential(0.05), constant(0.1));
  EXPECT_LT(distance(law.law.scaled(1.37), [&](RandomStream& c) { return 1.37 * law.draw(c); }), kNear);
}

// At a moment at random it is a longer one that is under way, and that moment is anywhere in it.
TEST(Times, WhatIsLeftIsThatOfDraws) {
  const Drawn law = either(0.5, exponential(0.01), constant(0.05));
  const auto draw = [&](RandomStream& c) {
    for (;;) {
      const double t = law.draw(c);
      if (c.uniform() < t / 0.3) return t * c.uniform();
    }
  };
  const Times left = residual(law.law);
  EXPECT_LT(distance(left, draw), kNear);
  EXPECT_NEAR(residual(Times(Distribution::exponential(0.2))).mean(), 0.2, 0.002);
  EXPECT_NEAR(residual(Times::just(0.2)).mean(), 0.1, 0.002);
}

TEST(Times, AQueueIsASumOfAsManyAsThereAre) {
  const Times one = residual(Times::just(0.02));
  for (const double another : {0.2, 0.5, 0.8}) {
    const auto draw = [=](RandomStream& c) {
      double sum = 0.02 * c.uniform();
      while (c.uniform() < another) sum += 0.02 * c.uniform();
      return sum;
    };
    EXPECT_LT(distance(in_a_queue(one, another), draw), another > 0.6 ? 0.05 : kNear) << another;
  }
}

TEST(Times, WaitsForAConnectionFallOffUpToPatience) {
  PoolState pool;
  pool.waits = 0.4;
  pool.at_longest = 0.1;
  pool.decline = -3;
  pool.longest_s = 0.5;
  const auto draw = [](RandomStream& c) {
    const double u = c.uniform();
    if (u < 0.6) return 0.0;
    if (u < 0.7) return 0.5;
    return std::log1p(c.uniform() * std::expm1(1.5)) / 3;
  };
  EXPECT_LT(distance(wait_of(pool), draw), kNear);
}

TEST(Times, KeepsWhatLiesApart) {
  Times times;
  times.add(0.9, Times(Distribution::exponential(0.005)));
  times.add(0.1, 1.0);
  EXPECT_EQ(times.parts().size(), 2);
  EXPECT_NEAR(share_between(times, 0.9999, 1.0001), 0.1, 1e-3);
  EXPECT_NEAR(times.mean(), 0.1045, 1e-12);
}

TEST(Times, WhatLiesCloseTogetherIsOne) {
  Times times;
  for (int i = 0; i < 20; ++i) times.add(0.05, Times(Distribution::exponential(0.005)) + Times::just(i * 1e-6));
  EXPECT_EQ(times.parts().size(), 1);
}

TEST(Times, MomentsOfSumsAndMixturesAreExact) {
  Times times;
  Sum exact;
  for (int i = 1; i <= 12; ++i) {
    times.add(0.01 * i, Times(Distribution::exponential(i * i * 0.01)) + Times::just(i));
    exact.add(0.01 * i, {i * i * 0.01 + i, i * i * i * i * 1e-4});
  }
  EXPECT_LE(times.parts().size(), Times::kMost);
  EXPECT_NEAR(times.moments().mean, exact.moments().mean, 1e-12);
  EXPECT_NEAR(times.moments().variance, exact.moments().variance, 1e-9);
  EXPECT_NEAR(times.cdf(1e9), 1, 1e-12);
}

TEST(Times, SumsMeetEachWithEach) {
  // A tenth takes 1 s, twice: 81 % meet neither, 18 % one, 1 % both.
  Times one;
  one.add(0.9, 0.005);
  one.add(0.1, 1.0);
  for (const Times& sum : {one + one, in_a_row(one, 2)}) {
    EXPECT_NEAR(share_between(sum, 0, 0.0101), 0.81, 1e-9);
    EXPECT_NEAR(share_between(sum, 1.004, 1.006), 0.18, 1e-9);
    EXPECT_NEAR(share_between(sum, 1.99, 2.01), 0.01, 1e-9);
  }
  const Times later = later_of(one, one);
  EXPECT_NEAR(share_between(later, 0.999, 1.001), 0.19, 1e-9);
}

TEST(Times, SomeTakeNone) {
  const Times law = with_probability(Times(Distribution::exponential(0.2)), 0.25);
  EXPECT_NEAR(law.cdf(0), 0.75, 1e-12);
  EXPECT_NEAR(law.mean(), 0.05, 1e-12);
}

// a asks b, of which each tenth request takes a second: at a they do, too, and the others take what they took.
TEST(Times, ACallerSeesTheModesOfWhatItCalls) {
  Topology t;
  ServiceSpec a = service("a", 2, {"constant", 1ms, {}, {}, {}});
  a.concurrency = 500;
  a.traffic.emplace();
  a.traffic->requests_per_second = 100;
  a.routes = {route("GET", "/", {}, {call("b")})};
  a.dependencies = {dependency("b", 5s)};
  a.dependencies[0].pool.size = 200;
  ServiceSpec b = service("b", 3, {"constant", 5ms, {}, {}, {}});
  b.concurrency = 500;
  t.services = {a, b};
  complete(t);
  Flow flow(build_model(t, {}, {}), 1, Time{});
  std::vector<TrafficConditions> conditions(3, flow.neutral_conditions(1));
  for (TrafficConditions& c : conditions) c.routes[0].add_delay(0.1, 1, 0.001);
  flow.set_traffic_conditions(1, conditions);
  flow.settle(Time{});
  double below[3] = {};
  const double places[3] = {0.004, 0.0065, 0.8};
  double all = 0;
  for (const Component& part : flow.class_of(0, 0).routes[0].parts) {
    if (part.share <= 0) continue;
    all += part.share;
    for (int i = 0; i < 3; ++i) below[i] += part.share * part.time->cdf(places[i]);
  }
  EXPECT_NEAR(below[0] / all, 0, 1e-6);  // nobody is faster than the fastest
  EXPECT_NEAR(below[1] / all, 0.9, 0.005);
  EXPECT_NEAR(below[2] / all, 0.9, 0.005);
}

}  // namespace
}  // namespace firedrill::fake_services
