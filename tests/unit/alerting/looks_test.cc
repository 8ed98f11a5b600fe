// How far back expressions look, and rules with what they read of each other.
#include "alerting/history/looks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerting/history/rule_history.h"
#include "base/duration.h"
#include "promql/parse/parser.h"
#include "rule_builder.h"

namespace firedrill::alerting {
namespace {

using testing::ElementsAre;

std::shared_ptr<const promql::Expr> parsed(const std::string& text) {
  auto expression = promql::parse_text(text, {});
  if (!expression) throw std::runtime_error(text);
  return *std::move(expression);
}

TEST(LookBack, AddsUpWindowsOffsetsAndSubqueries) {
  struct Case {
    std::string expr;
    Duration back;
  };
  const std::vector<Case> cases = {
      {"up", 0min},
      {"vector(1)", 0min},
      {"hour() == 3", 0min},
      {"rate(x[5m])", 5min},
      {"rate(x[5m]) / rate(y[1h])", 1h},
      {"x offset 2h", 2h},
      {"x offset -2h", 0min},
      {"rate(x[5m] offset 1h)", 65min},
      {"rate(x[1h] offset -30m)", 30min},
      {"sum by (a) (increase((x[3d])))", 72h},
      {"max_over_time(rate(x[5m])[1h:1m])", 65min},
      {"max_over_time(rate(x[5m])[1h:1m] offset 1d)", 24h + 65min},
      {"max_over_time(x[1h:])", 1h},
      {"avg_over_time(max_over_time(rate(x[5m])[1h:1m])[1d:1h])", 24h + 65min},
      {"avg_over_time((x offset 1h)[1d:1h])", 25h},
      {"max_over_time(vector(1)[1h:1s])", 0min},
      {"topk(scalar(rate(x[2h])), y)", 2h},
      {"x and on () (y offset 1w) unless z", 7 * 24h},
      {"predict_linear(x[1h], 4 * 3600)", 1h},
      {"rate(x[5m] @ 1700000000)", 0min},
      {"x - x @ 1700000000", 0min},
      {"max_over_time(rate(x[5m])[1h:1m] @ 1700000000)", 0min},
      {"rate(x[5m] @ end())", 5min},
      {"rate(x[5m] @ start() offset 1h)", 65min},
      {"max_over_time(rate(x[5m] @ end())[1d:1h])", 5min},
      {"absent_over_time(x[10m])", 10min},
  };
  for (const Case& each : cases) EXPECT_EQ(look_back(*parsed(each.expr)), Duration(each.back)) << each.expr;
}

TEST(LookBack, KnowsWhereEachSampleCounts) {
  const auto every = [](const std::string& text) { return looks(*parsed(text)).at(0).every; };
  EXPECT_FALSE(every("rate(x[1h])"));
  EXPECT_FALSE(every("increase((x[1h]))"));
  EXPECT_TRUE(every("avg_over_time(x[1h])"));
  EXPECT_TRUE(every("count_over_time(x[1h])"));
  EXPECT_TRUE(every("changes(x[1h])"));
  EXPECT_TRUE(every("irate(x[1h])")) << "of two neighbours";
  EXPECT_TRUE(looks(*parsed("max_over_time(x[1h:1m])")).at(0).repeated);
  EXPECT_FALSE(looks(*parsed("max_over_time(x[1h])")).at(0).repeated);
  EXPECT_TRUE(looks_at_fixed_time(*parsed("1 + rate(x[1h] @ 1700000000)")));
  EXPECT_FALSE(looks_at_fixed_time(*parsed("rate(x[1h] @ end())")));
}

std::vector<RuleFile> file_of(std::vector<Rule> rules) {
  std::vector<RuleFile> files(1);
  files[0].groups.push_back(group_of("g", std::move(rules)));
  const Diagnostics found = finish(files[0], {});
  EXPECT_FALSE(has_errors(found)) << render(found);
  return files;
}

std::vector<std::string> needs(std::vector<Rule> rules) {
  const std::vector<RuleFile> files = file_of(std::move(rules));
  const RuleHistory history(files, 1min, {});
  std::vector<std::string> out;
  for (const Duration need : history.needs()) out.push_back(format_duration(need));
  return out;
}

TEST(RuleHistory, FollowsRecordedSeriesAndCountsFor) {
  EXPECT_THAT(needs({alert("A", "rate(x[1h]) > 1", 5min)}), ElementsAre("1h5m"));
  EXPECT_THAT(needs({record("job:x:rate1h", "rate(x[1h])"), alert("A", "job:x:rate1h > 1", 5min)}),
              ElementsAre("1h", "1h5m"));
  EXPECT_THAT(needs({alert("A", "avg_over_time(job:x:rate5m[3d]) > 1"), record("job:x:rate5m", "rate(x[5m])")}),
              ElementsAre("3d5m", "5m"))
      << "in whatever order they stand";
  EXPECT_THAT(needs({record("a", "rate(x[5m])"), record("b", "max_over_time(a[1h])"), record("c", "b offset 1d")}),
              ElementsAre("5m", "1h5m", "1d1h5m"));
  EXPECT_THAT(
      needs({alert("A", "rate(x[5m]) > 1", 10min), alert("B", "count_over_time(ALERTS{alertname=\"A\"}[1h]) > 3"),
             alert("C", "ALERTS{alertname=\"B\"}")}),
      ElementsAre("15m", "1h15m", "1h15m"));
  EXPECT_THAT(needs({record("job:x:rate1h", "rate(x[1h])"), alert("A", "{__name__=~\"job:.*\"} > 1")}),
              ElementsAre("1h", "1h"));
}

TEST(RuleHistory, EndsInACircle) {
  EXPECT_THAT(needs({record("a", "(a offset 1h) + 1")}), ElementsAre("1h"));
  const std::vector<RuleFile> files = file_of({record("a", "b offset 1h"), record("b", "a offset 1h")});
  const RuleHistory history(files, 1min, {});
  EXPECT_EQ(history.demand(30min, {}).rules.size(), 2u);
}

// "x 30m..-: 15s": what is read of which series, from when to when, and how far apart.
std::vector<std::string> readings(std::vector<Rule> rules) {
  const std::vector<RuleFile> files = file_of(std::move(rules));
  const RuleHistory history(files, 1min, {});
  std::vector<std::string> out;
  for (const auto& each : history.demand(30min, {}).readings) {
    out.push_back(each.selector->name + " " + format_duration(each.back) + ".." + format_duration(each.until) + ": " +
                  format_duration(each.apart));
  }
  return out;
}

TEST(RuleHistory, AsksForWhatRulesCanTell) {
  EXPECT_THAT(readings({alert("A", "rate(x[500m]) > 1")}), ElementsAre("x 8h50m..0s: 1m"));
  EXPECT_THAT(readings({alert("A", "avg_over_time(x[1h]) > 1")}), ElementsAre("x 1h30m..0s: 0s"));
  EXPECT_THAT(readings({alert("A", "x > 1")}), ElementsAre("x 35m..0s: 0s"));
  EXPECT_THAT(readings({alert("A", "x > 1.5 * (x offset 1w)")}), ElementsAre("x 35m..0s: 0s", "x 7d35m..1w: 0s"));
  EXPECT_THAT(readings({alert("A", "max_over_time(rate(x[5m])[1d:1h]) > 1")}), ElementsAre("x 1d35m..0s: 1m"));
  // What is recorded is needed as often as it is recorded, and of what it is made from enough to make it.
  EXPECT_THAT(readings({record("r", "rate(x[5m])"), alert("A", "sum_over_time(r[1d]) > 1")}),
              ElementsAre("x 35m..0s: 600ms", "x 1d36m..30m: 1m"));
}

TEST(RuleHistory, RulesBeginWhereTheyAreRead) {
  const std::vector<RuleFile> files = file_of({record("a", "rate(x[5m])"), record("b", "a"), record("c", "rate(y[3d])"),
                                               alert("A", "sum_over_time(b[1d]) > 1 and c > 1")});
  const RuleHistory history(files, 1min, {});
  const RuleHistory::Demand demand = history.demand(30min, {});
  EXPECT_THAT(demand.rules, ElementsAre(24h + 31min, 24h + 31min, 30min, 30min));
  const std::vector<std::shared_ptr<const promql::Expr>> judged{parsed("avg_over_time(c[2d])")};
  EXPECT_THAT(history.demand(30min, judged).rules, ElementsAre(24h + 31min, 24h + 31min, 48h + 1min, 30min));
}

}  // namespace
}  // namespace firedrill::alerting
