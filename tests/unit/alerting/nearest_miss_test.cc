#include "alerting/analysis/nearest_miss.h"

#include <gtest/gtest.h>

#include "promql/parse/printer.h"
#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

// Values minute by minute, an alert on them, and how near it came.
TEST(NearestMiss, NamesTheComparisonThatFailed) {
  struct Case {
    std::string expr;
    std::string m;
    std::string n;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"m > 0.0144", "0.001 0.0131 0.002", "0", "m came to 0.0131 at 00:01:00, needed > 0.0144"},
      {"m < 604800", "604810 604803 700000", "0", "m came to 604803 at 00:01:00, needed < 604800"},
      {"m < 5", "9 7 8", "0", "m came to 7 at 00:01:00, needed < 5"},
      {"10 < m", "1 2 9", "0", "m came to 9 at 00:02:00, needed > 10"},
      {"m == 0", "3 1 2", "0", "m came to 1 at 00:01:00, needed == 0"},
      {"(m * 2) >= (5 + 5)", "1 4 2", "0", "m * 2 came to 8 at 00:01:00, needed >= 10"},
      {"m > 1 and n > 100", "2 2 2", "90 95 5", "n came to 95 at 00:01:00, needed > 100"},
      {"m > 10 and n > 100", "1 2 3", "90 95 5",
       "m came to 3 at 00:02:00, needed > 10; and n came to 95 at 00:01:00, needed > 100"},
      {"m > 10 or n > 100", "1 2 3", "90 95 5", "n came to 95 at 00:01:00, needed > 100"},
      {"m > 1 and n > 1", "2 2 0", "0 0 2",
       "the two sides of `and` held, and never at once: m > 1 from 00:00:00 to 00:01:00, n > 1 at 00:02:00"},
      {"m > 1 and n > 1", "2 0 2", "0 2 0",
       "the two sides of `and` held, and never at once: m > 1 now and then from 00:00:00 to 00:02:00, n > 1 at "
       "00:01:00"},
      {"m > 1 and k{i=\"a\"} > 1", "2 2 0", "0 0 2",
       "the two sides of `and` held, as at 00:00:00, and no series of one has the labels of one of the other: m > 1, "
       "k{i=\"a\"} > 1"},
      {"m > 1 and on () k{i=\"a\"} > 1 and n > 1", "2 2 0", "0 0 2",
       "the 3 sides of `and` held, and never all at once: m > 1 from 00:00:00 to 00:01:00, k{i=\"a\"} > 1 from "
       "00:00:00 to 00:01:00, n > 1 at 00:02:00"},
      {"m > 1 and n > 1 and on () k{i=\"a\"} > 1", "2 2 0", "0 2 2", "m came to 2 at 00:00:00, which is > 1"},
      {"m > 10 and n > 100 and on () k{i=\"a\"} > 1", "1 2 3", "90 95 5",
       "m came to 3 at 00:02:00, needed > 10; and n came to 95 at 00:01:00, needed > 100"},
      {"m > 1 and (n > 1 and k{i=\"a\"} > 1)", "2 2 0", "2 2 0",
       "the 3 sides of `and` held, as at 00:00:00, and for no series in common: m > 1, n > 1, k{i=\"a\"} > 1"},
      {"m > 1 unless n > 1", "2 2 0", "2 2 0",
       "m > 1 held from 00:00:00 to 00:01:00, and `unless` took it away each time: n > 1 was there"},
      {"m > 1 unless n > 1", "2 2 0", "0 2 0", "m came to 2 at 00:00:00, which is > 1"},
      {"m > 10 and none > 1", "1 2 3", "0", "none"},
      {"absent(m)", "1 1 1", "0", "m was there at every evaluation, and `absent` asks for none of it"},
      {"absent_over_time(m[2m]) and on () n > 5", "1 1 1", "1 2 3",
       "m[2m] was there at every evaluation, and `absent_over_time` asks for none of it; and n came to 3 at 00:02:00, "
       "needed > 5"},
      {"m > 10 or absent(m)", "1 2 3", "0", "m came to 3 at 00:02:00, needed > 10"},
      {"m > 10 unless n > 1", "1 2 3", "0", "m came to 3 at 00:02:00, needed > 10"},
      {"m > 1", "NaN 0.5 NaN", "0", "m came to 0.5 at 00:01:00, needed > 1"},
      {"m > scalar(n)", "5 5 5", "7 9 6", "m came to 5 at 00:02:00, needed > 6"},
      {"none > 1", "1", "1", "none"},
      {"m > 5", "NaN NaN NaN", "0", "m"},
      {"m != 5", "NaN 5 5", "0", "m was NaN, which is != 5"},
      {"m > scalar(none)", "1 2 3", "0", "m was compared with scalar(none), which was never anything but NaN"},
      {"m > NaN", "1 2 3", "0", "m was compared with NaN, which nothing is equal to, above or below"},
      {"m / 0 < 5", "1 1 1", "0", "m / 0 came to +Inf at 00:00:00, needed < 5"},
      {"m > 5", "-5 -0 -4", "0", "m came to 0 at 00:01:00, needed > 5"},
      {"m > bool 5", "1 1 1", "1", "m > bool 5 had a value from 00:00:00 to 00:02:00"},
      {"m > n", "1", "1", "m > n"},
  };
  for (const Case& c : cases) {
    Bench bench({alert("A", c.expr)});
    bench.load("m", c.m);
    bench.load("n", c.n);
    bench.load("k{i=\"a\"}", "2 2 0");
    bench.run(0, 2);
    const Rule& rule = bench.spec().rules[0];
    const auto miss = nearest_miss(rule.expression, bench.store(), {}, minute(0), minute(2), 1min);
    ASSERT_TRUE(miss);
    // Of what never had a value the part is told.
    EXPECT_EQ(miss->empty != nullptr ? promql::print(*miss->empty) : miss->text, c.expected) << c.expr;
  }
}

TEST(NearestMiss, TellsWhichSeriesAndForHowLongItHeld) {
  Bench bench({alert("A", "m > 10", 5min)});
  bench.load("m{job=\"a\"}", "11 11 11 0 12 12");
  bench.load("m{job=\"b\"}", "0 13 0 13 13 0");
  bench.run(0, 5);
  const auto miss = nearest_miss(bench.spec().rules[0].expression, bench.store(), {}, minute(0), minute(5), 1min);
  ASSERT_TRUE(miss);
  EXPECT_TRUE(miss->held);
  EXPECT_EQ(miss->longest_held, 2min) << "of one series at a stretch, as `for` counts";
  EXPECT_EQ(miss->text, "m came to 13 for {job=\"b\"} at 00:01:00, which is > 10");
}

TEST(NearestMiss, LooksAtTheLabelsAskedFor) {
  Bench bench({alert("A", "m > 10 and on () n > 1")});
  bench.load("m{job=\"a\"}", "3 4 5");
  bench.load("m{job=\"b\"}", "11 7 8");
  bench.load("n", "2 2 2");
  bench.run(0, 2);
  const auto near = [&](const model::Labels& labels) {
    const auto miss =
        nearest_miss(bench.spec().rules[0].expression, bench.store(), {}, minute(0), minute(2), 1min, labels);
    return miss ? miss->text : "";
  };
  EXPECT_EQ(near({{"job", "a"}}), "m came to 5 for {job=\"a\"} at 00:02:00, needed > 10");
  EXPECT_EQ(near({{"job", "b"}}), "m came to 11 for {job=\"b\"} at 00:00:00, which is > 10");
  EXPECT_EQ(near({{"job", "c"}}), "") << "m has no value for it";
  EXPECT_EQ(near({{"zone", "z"}}), near({})) << "no series has the label, which may be that of the alert all the same";
}

}  // namespace
}  // namespace firedrill::alerting
