#include "ruletest/compare.h"

#include <gtest/gtest.h>

#include <limits>

namespace firedrill::ruletest {
namespace {

std::string diff_of(const Failure& failure) {
  std::string out;
  for (const DiffLine& line : failure.diff) {
    out += line.mark == DiffLine::Mark::missing ? "-" : line.mark == DiffLine::Mark::unexpected ? "+" : " ";
    out += line.text + "\n";
  }
  return out;
}

bool same(double expected, double got, bool fuzzy) {
  Failure failure;
  return compare_samples({{{}, expected}}, {{{}, got}}, fuzzy, failure);
}

TEST(Compare, ComparesNumbersExactlyUnlessFuzzy) {
  EXPECT_TRUE(same(1, 1, false));
  EXPECT_TRUE(same(0.0, -0.0, false));
  EXPECT_FALSE(same(0.3, 0.1 + 0.2, false));
  EXPECT_TRUE(same(0.3, 0.1 + 0.2, true));
  EXPECT_FALSE(same(0.3, 0.1 + 0.2 + 1e-16, true));
  EXPECT_TRUE(same(0, std::numeric_limits<double>::denorm_min(), true));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(same(nan, nan, false));
  EXPECT_FALSE(same(nan, nan, true));
}

TEST(Compare, OrdersSamplesByLabels) {
  Failure failure;
  const model::Labels a{{"x", "a"}}, b{{"x", "b"}};
  EXPECT_TRUE(compare_samples({{b, 2}, {a, 1}}, {{a, 1}, {b, 2}}, false, failure));
  EXPECT_FALSE(compare_samples({{b, 2}, {a, 1}}, {{a, 1}, {b, 3}}, false, failure));
  EXPECT_EQ(diff_of(failure), " {x=\"a\"} 1\n-{x=\"b\"} 2\n+{x=\"b\"} 3\n");
}

TEST(Compare, PairsAlertsThatMeanTheSame) {
  Failure failure;
  const std::vector<SeenAlert> expected{{{{"alertname", "A"}, {"job", "x"}, {"severity", "page"}}, {{"summary", "s"}}}};
  const std::vector<SeenAlert> got{{{{"alertname", "A"}, {"job", "x"}, {"severity", "warn"}}, {{"summary", "s"}}},
                                   {{{"alertname", "A"}, {"job", "y"}, {"severity", "warn"}}, {}}};
  EXPECT_FALSE(compare_alerts(expected, got, failure));
  EXPECT_EQ(diff_of(failure),
            " labels:\n   alertname: A\n   job: x\n-  severity: page\n+  severity: warn\n annotations:\n   summary: s\n"
            "+{alertname=\"A\", job=\"y\", severity=\"warn\"}\n");
}

TEST(Compare, KeepsAnEmptyExpectedLabel) {
  Failure failure;
  EXPECT_FALSE(compare_alerts({{{{"a", ""}}, {}}}, {{{}, {}}}, failure));
}

}  // namespace
}  // namespace firedrill::ruletest
