// What a chart of an alert is drawn from.
#include "incident/alerts/alert_view.h"

#include <gtest/gtest.h>

#include "base/maths.h"
#include "base/text/format.h"
#include "promql/memory.h"
#include "sample_record.h"

namespace firedrill::incident {
namespace {

using sample::at;

// Ten days in slices of two hours.
constexpr ViewWindow kTenDays{.from = {}, .slice = 2h, .slices = 120, .most_lines = 5};

ViewWindow ten_days() {
  ViewWindow window = kTenDays;
  window.from = at(0min);
  return window;
}

// errors{service} is 0.01, each minute, but for one stretch.
struct Peak {
  std::string service = "web";
  Duration from{};
  Duration to{};
  double value = 0.2;
};

promql::MemoryStore store_of(const std::vector<Peak>& peaks) {
  promql::MemoryStore store;
  for (const Peak& peak : peaks) {
    const auto ref = store.series({{"__name__", "errors"}, {"service", peak.service}});
    for (Duration t{}; t <= 240h; t += 1min)
      store.append(ref, at(t), t >= peak.from && t < peak.to ? peak.value : 0.01);
  }
  return store;
}

record::RuleRecord rule_of(std::string expr) {
  record::RuleRecord rule = sample::rule("Errors", std::move(expr), 0min);
  rule.interval = 1min;
  return rule;
}

// One alert of the rule, firing from one time to another.
record::Record record_of(const record::RuleRecord& rule, Duration from, Duration to) {
  record::Record record = sample::outage();
  record.judged_to = record.judged_from + 240h;
  record.rules = {rule};
  record.alerts = {sample::alert("Errors", "critical", "web", from, from, to)};
  return record;
}

double value_at(const AlertView::Line& line, Time t) {
  const auto it = std::ranges::find(line.points, t, &AlertView::Point::t);
  return it == line.points.end() ? maths::nan() : it->value;
}

TEST(AlertView, KeepsTheExtremesOfEachSlice) {
  const auto rule = rule_of("errors > 0.05");
  const record::Record record = record_of(rule, 25h + 3min, 25h + 8min);
  const auto views = alert_views(record, rule, store_of({{"web", 25h + 3min, 25h + 8min, 0.2}}), ten_days());
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].looked_every, 1min);
  EXPECT_EQ(views[0].threshold, 0.05);
  ASSERT_EQ(views[0].lines.size(), 1U);
  const AlertView::Line& line = views[0].lines[0];
  EXPECT_EQ(line.values[12], 0.2);
  EXPECT_EQ(line.values[11], 0.01);
  EXPECT_EQ(value_at(line, at(25h + 3min)), 0.2) << "as it fired";
  EXPECT_EQ(value_at(line, at(25h + 7min)), 0.2) << "at its last evaluation before it was resolved";
  const auto lowest_of_slice = std::ranges::count_if(line.points, [](const AlertView::Point& point) {
    return point.t > at(24h) && point.t <= at(26h) && point.value == 0.01;
  });
  EXPECT_GE(lowest_of_slice, 1) << "and the value farthest from firing";
}

// The rule of a group is evaluated some seconds behind the minute: there the line has its points.
TEST(AlertView, LooksWhenTheRuleWasEvaluated) {
  const auto rule = rule_of("errors > 0.05");
  const record::Record record = record_of(rule, 25h + 3min + 29s, 25h + 8min + 29s);
  const auto views = alert_views(record, rule, store_of({{"web", 25h + 3min, 25h + 8min, 0.2}}), ten_days());
  ASSERT_EQ(views.size(), 1U);
  for (const AlertView::Point& point : views[0].lines.at(0).points)
    EXPECT_EQ((point.t - at(0min)) % Duration(1min), 29s) << format_instant(point.t);
}

TEST(AlertView, OfManySeriesTheLastLineIsOfAllOthers) {
  std::vector<Peak> peaks;
  for (int i = 0; i < 9; ++i) peaks.push_back({format("s{}", i), 1h * i, 1h * i + 5min, 0.1 + 0.01 * i});
  const auto rule = rule_of("errors > 0.05");
  const auto views = alert_views(record_of(rule, 0min, 5min), rule, store_of(peaks), ten_days());
  ASSERT_EQ(views.size(), 1U);
  ASSERT_EQ(views[0].lines.size(), 5U);
  EXPECT_EQ(views[0].lines[0].labels.get("service"), "s8");
  EXPECT_EQ(views[0].lines[3].labels.get("service"), "s5");
  const AlertView::Line& others = views[0].lines[4];
  EXPECT_EQ(others.others, 5U);
  EXPECT_NEAR(others.values[0], 0.12, 1e-12) << "s2, as the first two hours end";
  EXPECT_NEAR(others.values[2], 0.14, 1e-12);
}

TEST(AlertView, AThresholdThatMovesIsTheOneAtEachPoint) {
  promql::MemoryStore store = store_of({{"web", 25h, 26h, 0.2}});
  const auto limit = store.series({{"__name__", "allowed"}});
  for (Duration t{}; t <= 240h; t += 1min) store.append(limit, at(t), t < 25h + 30min ? 0.1 : 0.3);
  const auto rule = rule_of("errors > scalar(allowed)");
  const auto views = alert_views(record_of(rule, 25h, 25h + 30min), rule, store, ten_days());
  ASSERT_EQ(views.size(), 1U);
  EXPECT_TRUE(views[0].threshold_moves);
  EXPECT_EQ(views[0].lines.at(0).values[12], 0.2);
  EXPECT_EQ(views[0].thresholds[12], 0.1) << "not the 0.3 of the slice's end, which the value did not exceed";
  for (const AlertView::Point& point : views[0].lines[0].points) {
    EXPECT_TRUE(std::ranges::any_of(views[0].threshold_points,
                                    [&](const AlertView::Point& other) { return other.t == point.t; }));
  }
}

TEST(AlertView, WithoutAComparisonTheSeriesAreCounted) {
  promql::MemoryStore store = store_of({{"web", 25h, 26h, 0.2}});
  const auto limit = store.series({{"__name__", "allowed"}, {"service", "web"}});
  for (Duration t{}; t <= 240h; t += 1min) store.append(limit, at(t), 0.1);
  const auto rule = rule_of("errors > allowed");
  const auto views = alert_views(record_of(rule, 25h, 26h), rule, store, ten_days());
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].unit, "series");
  EXPECT_EQ(views[0].lines.at(0).values[12], 1);
  EXPECT_EQ(views[0].lines.at(0).values[20], 0);
  // Either side of `or` may hold: the comparison alone does not show that the alert fires.
  EXPECT_EQ(
      alert_views(record_of(rule, 25h, 26h), rule_of("errors > 0.05 or absent(nothing)"), store, ten_days()).size(),
      2U);
  EXPECT_EQ(
      alert_views(record_of(rule, 25h, 26h), rule_of("errors > 0.05 and errors < allowed"), store, ten_days()).size(),
      1U);
}

}  // namespace
}  // namespace firedrill::incident
