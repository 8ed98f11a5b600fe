// Narrow laws of times: their sums, mixtures, maxima and what is cut off of them, against drawing.
#include <gtest/gtest.h>

#include "drawn_laws.h"

namespace firedrill::fake_services {
namespace {

// Half a point of rank, beside what draws are good to (a tenth of a point, three times).
constexpr double kNear = 0.005 + 0.003;
constexpr double kSame = 1e-5;

void expect_near(const Drawn& d, double near = kNear) {
  EXPECT_LT(distance(d.law, d.draw, kSame), near);
}

// A lognormal of which the p99 is so many times the median.
Drawn spread_by(double median, double p99) {
  return lognormal(median, std::log(p99) / 2.3263478740408408);
}

TEST(NarrowTimes, AreThoseOfFiles) {
  for (const double p99 : {1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0}) {
    SCOPED_TRACE(p99);
    expect_near(spread_by(0.05, p99));
  }
}

TEST(NarrowTimes, AddUp) {
  for (const double p99 : {1.1, 1.3, 2.0}) {
    SCOPED_TRACE(p99);
    const Drawn one = spread_by(0.02, p99);
    expect_near(one + one);
    expect_near(one + one + one + one + one + one + one + one);
    expect_near(one + spread_by(0.1, 1.05));
    EXPECT_EQ((one + one + one).law.parts().size(), 1);
  }
}

TEST(NarrowTimes, AddUpWithWideOnes) {
  const Drawn narrow = spread_by(0.05, 1.2);
  for (const double mean : {0.0005, 0.002, 0.01, 0.1}) {
    SCOPED_TRACE(mean);
    expect_near(narrow + exponential(mean), 0.01);
  }
  expect_near(narrow + lognormal(0.02, 0.8));
  const Drawn waits = spread_by(0.02, 1.2) + either(0.7, constant(0), exponential(0.01));
  expect_near(waits + waits + waits, 0.01);
}

// What no place of a grid tells any more.
TEST(NarrowTimes, SumsOfWideOnesAre) {
  const auto twice = [](const Drawn& d) { return d + d; };
  for (const double p99 : {2.3, 3.0, 4.0, 6.0, 10.0}) {
    SCOPED_TRACE(p99);
    const Drawn two = twice(spread_by(0.02, p99));
    const Drawn four = twice(two);
    const Drawn eight = twice(four);
    // The longer the tail, the more of them are not narrow yet.
    const double near = p99 > 3 ? 0.012 : kNear;
    expect_near(two, 0.01);
    expect_near(four, near);
    expect_near(eight, near);
    expect_near(twice(eight), near);
  }
  const Drawn sixteen = twice(twice(twice(twice(exponential(0.02)))));
  expect_near(sixteen);
  expect_near(sixteen + sixteen);
  const Drawn cached = either(0.5, constant(0), spread_by(0.02, 3));
  expect_near(twice(twice(twice(cached))));
  expect_near(twice(twice(spread_by(0.02, 3))) + exponential(0.03), 0.01);
  EXPECT_EQ(twice(twice(spread_by(0.02, 3))).law.parts().size(), 1);
  EXPECT_FALSE(twice(twice(spread_by(0.02, 3))).law.parts()[0].variation.none());
}

// Modes that lie apart stay so, however narrow the whole is.
TEST(NarrowTimes, ModesOfSumsStayApart) {
  const Drawn one = either(0.8, exponential(0.003), exponential(0.003) + constant(0.05));
  expect_near(one + constant(0.1) + one + one);
}

TEST(NarrowTimes, StandBesideEachOther) {
  expect_near(either(0.5, spread_by(0.05, 1.2), spread_by(0.06, 1.2)));
  expect_near(either(0.5, spread_by(0.05, 1.2), spread_by(0.0505, 1.2)));
  expect_near(either(0.5, spread_by(0.05, 1.1), exponential(0.05)));
  const Drawn cached = either(0.9, spread_by(0.005, 1.2), spread_by(1, 1.2));
  expect_near(cached);
  expect_near(cached + cached);
  Times close;
  for (int i = 0; i < 20; ++i) close.add(0.05, spread_by(0.05 + i * 1e-6, 1.2).law);
  EXPECT_EQ(close.parts().size(), 1);
}

TEST(NarrowTimes, AreAwaitedTogether) {
  const Drawn narrow = spread_by(0.05, 1.2);
  expect_near(later_of(narrow, narrow));
  expect_near(later_of(narrow, spread_by(0.045, 1.5)));
  expect_near(later_of(narrow, exponential(0.03)));
  expect_near(later_of(narrow, constant(0.051)));
  expect_near(later_of(narrow, narrow) + spread_by(0.03, 1.2), 0.01);
  // Of two that lie apart one is always the later, and stays what it is.
  expect_near(later_of(narrow, spread_by(0.02, 1.2)));
  EXPECT_EQ(later_of(narrow, spread_by(0.02, 1.2)).law.parts()[0].variation, narrow.law.parts()[0].variation);
}

TEST(NarrowTimes, AreCutOffInTheirMidst) {
  const Drawn narrow = spread_by(0.05, 1.2);
  for (const double x : {0.048, 0.05, 0.052, 0.055}) {
    SCOPED_TRACE(x);
    const Times kept = narrow.law.at_most(x);
    EXPECT_NEAR(kept.share(), narrow.law.cdf(x), 0.004);
    const auto draw = [&](RandomStream& c) {
      for (;;) {
        if (const double t = narrow.draw(c); t <= x) return t;
      }
    };
    EXPECT_LT(distance(kept, draw, kSame), 0.012);
  }
  EXPECT_EQ(narrow.law.at_most(0.2).parts()[0].variation, narrow.law.parts()[0].variation);
  EXPECT_EQ(narrow.law.at_most(0.03).share(), 0);
}

TEST(NarrowTimes, TakeAnotherScale) {
  const Drawn narrow = spread_by(0.05, 1.2);
  EXPECT_LT(distance(narrow.law.scaled(1.7), [&](RandomStream& c) { return 1.7 * narrow.draw(c); }, kSame), kNear);
}

TEST(NarrowTimes, ManyInARowAre) {
  const Drawn wide = exponential(0.01);
  const auto draw = [&](RandomStream& c) {
    double sum = 0;
    for (int i = 0; i < 40; ++i) sum += wide.draw(c);
    return sum;
  };
  EXPECT_LT(distance(in_a_row(wide.law, 40), draw, kSame), kNear);
}

TEST(NarrowTimes, LeaveALeastTimeBehind) {
  const Times law = spread_by(0.05, 1.1).law;
  EXPECT_LT(law.cdf(law.parts()[0].least()), 0.003);
  EXPECT_GT(law.parts()[0].least(), 0.043);
}

}  // namespace
}  // namespace firedrill::fake_services
