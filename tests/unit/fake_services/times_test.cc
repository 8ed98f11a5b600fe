// Times with several modes: what is added, put in a row or awaited together keeps them.
#include "fake_services/traffic/times.h"

#include <gtest/gtest.h>

#include "fake_services/traffic/flow.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// The share of the parts whose mean lies in [low, high].
double share_between(const Times& times, double low, double high) {
  double share = 0;
  for (const Times::Mode& mode : times.modes()) {
    share += mode.mean >= low && mode.mean <= high ? mode.share : 0;
  }
  return share / times.share();
}

TEST(Times, KeepsWhatLiesApart) {
  Times times;
  times.add(0.9, Moments{0.005, 1e-6});
  times.add(0.1, Moments{1, 0.001});
  EXPECT_EQ(times.modes().size(), 2);
  EXPECT_NEAR(share_between(times, 0.9, 1.1), 0.1, 1e-12);
  EXPECT_NEAR(times.mean(), 0.1045, 1e-12);
}

TEST(Times, WhatLiesCloseTogetherIsOne) {
  Times times;
  for (int i = 0; i < 20; ++i) times.add(0.05, Moments{0.005 + i * 1e-5, 1e-6});
  EXPECT_EQ(times.modes().size(), 1);
}

TEST(Times, MomentsAreExactHoweverManyThereAre) {
  Times times;
  Sum exact;
  for (int i = 1; i <= 12; ++i) {
    const Moments m{i * i * 0.01, i * 1e-6};
    times.add(0.01 * i, m);
    exact.add(0.01 * i, m);
  }
  EXPECT_LE(times.modes().size(), Times::kMost);
  EXPECT_NEAR(times.moments().mean, exact.moments().mean, 1e-12);
  EXPECT_NEAR(times.moments().variance, exact.moments().variance, 1e-12);
  double share = 0;
  for (const Times::Mode& mode : times.modes()) share += mode.share;
  EXPECT_NEAR(share, exact.share, 1e-12);
}

TEST(Times, SumsMeetEachWithEach) {
  // A tenth takes 1 s, twice: 81 % meet neither, 18 % one, 1 % both.
  Times one;
  one.add(0.9, Moments{0.005, 0});
  one.add(0.1, Moments{1, 0});
  for (const Times& sum : {one + one, in_a_row(one, 2)}) {
    EXPECT_NEAR(share_between(sum, 0, 0.1), 0.81, 1e-9);
    EXPECT_NEAR(share_between(sum, 0.9, 1.1), 0.18, 1e-9);
    EXPECT_NEAR(share_between(sum, 1.9, 2.1), 0.01, 1e-9);
  }
  const Times later = later_of(one, one);
  EXPECT_NEAR(share_between(later, 0.9, 1.1), 0.19, 1e-9);
}

TEST(Times, SomeTakeNone) {
  const Times law = with_probability(Times(Moments{0.2, 0.001}), 0.25);
  EXPECT_NEAR(share_between(law, 0, 0.001), 0.75, 1e-12);
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
    for (int i = 0; i < 3; ++i) below[i] += part.share * part.time.cdf(places[i]);
  }
  EXPECT_NEAR(below[0] / all, 0, 1e-6);  // nobody is faster than the fastest
  EXPECT_NEAR(below[1] / all, 0.9, 0.005);
  EXPECT_NEAR(below[2] / all, 0.9, 0.005);
}

}  // namespace
}  // namespace firedrill::fake_services
