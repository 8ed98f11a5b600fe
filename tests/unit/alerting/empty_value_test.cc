#include "alerting/analysis/empty_value.h"

#include <gtest/gtest.h>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/needed_selectors.h"
#include "promql/parse/printer.h"
#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

// m has a sample a minute, n begins late, b are buckets without `le`; evaluated each minute from the 5th to the 9th.
Bench loaded(const std::string& expr) {
  Bench bench({alert("A", expr)});
  bench.load("m{job=\"a\"}", "0 1 2 3 4 5 6 7 8 9");
  bench.load("b{job=\"a\"}", "1 2 3 4 5 6 7 8 9 10");
  bench.load("k{pod=\"p\"}", "1 1 1 1 1 1 1 1 1 1");
  bench.run(0, 9);
  return bench;
}

std::string why(const std::string& expr, promql::Version version = promql::Version::v3) {
  const std::vector<Time> times{minute(5), minute(6), minute(7), minute(8), minute(9)};
  const auto whole = promql::parse_text(expr, {}).value();
  Bench bench = loaded(expr);
  return why_empty({whole, bench.store(), {.version = version}, times}, *whole);
}

TEST(EmptyValue, SaysWhyThereIsNone) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"none", "no series matched none"},
      {"sum(rate(none[5m])) / sum(rate(m[5m]))", "no series matched none"},
      {"sum(none) / sum(neither)", "no series matched none, neither"},
      {"none or neither", "no series matched none, neither"},
      {"rate(m[1m])",
       "a window of 1m held one sample of m at the most (samples are at least 1m apart), and rate takes two"},
      {"sum by (job) (increase(m[30s]))",
       "a window of 30s held one sample of m at the most (samples are at least 1m apart), and increase takes two"},
      {"histogram_quantile(0.9, rate(b[5m]))",
       "rate(b[5m]) has no label le, which histogram_quantile takes the buckets from"},
      {"m / k", "no series on the left of `/` has the labels of one on the right, as m{job=\"a\"} and k{pod=\"p\"}"},
      {"m and k",
       "no series on the left of `and` has the labels of one on the right, as m{job=\"a\"} and k{pod=\"p\"}"},
      {"absent(m)", "m was there"},
      {"absent(none) * on () none", "no series matched none"},
      {"absent_over_time(m[5m])", "m was there"},
      {"m > 100", "m was 9 for {job=\"a\"} at 00:09:00, needed > 100"},
  };
  for (const auto& [expr, expected] : cases) EXPECT_EQ(why(expr), expected) << expr;
  EXPECT_EQ(why("rate(m[59s])", promql::Version::v2),
            "a window of 59s held one sample of m at the most (samples are at least 1m apart), and rate takes two");
}

// The last number is told with its time, since NaN may have followed it, and of a series that is asked about.
TEST(EmptyValue, TellsTheLastNumberOfTheSeriesAskedAbout) {
  const std::vector<Time> times{minute(5), minute(6), minute(7), minute(8), minute(9)};
  Bench bench({alert("A", "count(m > 100)")});
  bench.load("m{job=\"a\"}", "1 1 1 1 1 90 90 NaN NaN NaN");
  bench.load("m{job=\"b\"}", "1 1 1 1 1 7 7 7 NaN NaN");
  bench.run(0, 9);
  const auto whole = promql::parse_text("count by (job) (m > 100)", {}).value();
  const auto of = [&](const model::Labels& labels) {
    return why_empty({whole, bench.store(), {}, times, labels}, *whole);
  };
  EXPECT_EQ(of({}), "m was 7 for {job=\"b\"} at 00:07:00, needed > 100");
  EXPECT_EQ(of({{"job", "a"}}), "m was 90 for {job=\"a\"} at 00:06:00, needed > 100");
  EXPECT_EQ(of({{"job", "c"}}), "");
}

TEST(EmptyValue, SaysWhatCannotButBeZero) {
  const auto zero = [](const std::string& expr) {
    const auto whole = promql::parse_text(expr, {}).value();
    Bench bench = loaded(expr);
    const std::vector<Time> times{minute(5), minute(6)};
    return why_always_zero({whole, bench.store(), {}, times}, *whole);
  };
  EXPECT_EQ(
      zero("changes(m[1m])"),
      "a window of 1m held one sample of m at the most (samples are at least 1m apart), and of one sample changes "
      "is 0");
  EXPECT_EQ(zero("sum(resets(m[1m]))").substr(0, 14), "a window of 1m");
  EXPECT_EQ(zero("count(changes(m[1m]))"), "");
  EXPECT_EQ(zero("changes(m[2m])"), "");
  EXPECT_EQ(zero("changes(none[1m])"), "");
}

TEST(EmptyValue, KnowsWhichSelectorsAnAlertNeeds) {
  const auto needed = [](const std::string& expr) {
    const auto whole = promql::parse_text(expr, {}).value();
    std::string out;
    for (const auto* selector : needed_selectors(*whole)) out += (out.empty() ? "" : " ") + promql::print(*selector);
    return out;
  };
  EXPECT_EQ(needed("rate(a[5m]) / b > 1 and c"), "a b c");
  EXPECT_EQ(needed("a > 1 unless on () b"), "a");
  EXPECT_EQ(needed("absent(a) and on () b"), "b");
  EXPECT_EQ(needed("absent_over_time(a[5m]) or sum(c)"), "c");
}

}  // namespace
}  // namespace firedrill::alerting
