#include "incident/slo/error_budget.h"

#include <gtest/gtest.h>

#include "incident/judge.h"
#include "incident/slo/burn_alerts.h"
#include "no_series.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

// One entry point with 1,000 requests a minute; `share` of them fail in the minutes [broken, healed).
Record steady(std::size_t minutes, double share, std::size_t broken, std::size_t healed) {
  Record record;
  record.judged_from = sample::at(0min);
  record.judged_to = record.judged_from + 1min * static_cast<std::int64_t>(minutes);
  ServiceTruth truth{"web", true, {}};
  for (std::size_t i = 0; i < minutes; ++i) {
    TruthMinute minute;
    minute.requests = 1000;
    minute.errors = i >= broken && i < healed ? 1000 * share : 0;
    truth.minutes.push_back(minute);
  }
  record.truth = {truth};
  return record;
}

Slo availability(double objective = 0.999, Duration window = 30 * 24h) {
  Slo slo;
  slo.name = "API Availability";
  slo.objective = objective;
  slo.window = window;
  return slo;
}

TEST(ErrorBudget, BurnsOverAnyWindowEndingAtAnyMinute) {
  const ErrorBudget budget(steady(120, 1, 30, 40), availability());
  ASSERT_EQ(budget.minutes(), 120U);
  EXPECT_EQ(budget.burn_rate(29, 1min), 0);
  EXPECT_NEAR(budget.burn_rate(30, 1min), 1000, 1e-9);
  EXPECT_NEAR(budget.burn_rate(30, 5min), 200, 1e-9);
  EXPECT_NEAR(budget.burn_rate(39, 1h), 1000.0 * 10 / 60, 1e-9);
  EXPECT_NEAR(budget.burn_rate(88, 1h), 1000.0 * 10 / 60, 1e-9);  // its window still holds all ten minutes
  EXPECT_NEAR(budget.burn_rate(94, 1h), 1000.0 * 5 / 60, 1e-9);
  EXPECT_EQ(budget.burn_rate(99, 1h), 0);
  EXPECT_NEAR(budget.burn_rate(30, 90s), 1000.0 * 1 / 2, 1e-9) << "a window counts in whole minutes";
}

TEST(ErrorBudget, WhatLiesBeforeTheRunIsFaultlessOrAlike) {
  const ErrorBudget budget(steady(30, 0.5, 0, 30), availability());
  // Half of the requests for half an hour: a quarter of an hour's.
  EXPECT_NEAR(budget.burn_rate(29, 1h), 250, 1e-9);
  EXPECT_NEAR(budget.burn_rate(29, 1h, Before::alike), 500, 1e-9);
  EXPECT_EQ(budget.covered(29, 1h), 30min);
  EXPECT_NEAR(budget.left(29), 1 - 15.0 / 43.2, 1e-9);
  EXPECT_NEAR(budget.left(29, Before::alike), 1 - 500, 1e-9);
}

TEST(ErrorBudget, AShorterBudgetRecoversWithinTheRun) {
  // A total outage of ten minutes against 99 % of a day, which allows 14.4 minutes.
  const ErrorBudget budget(steady(3 * 1440, 1, 60, 70), availability(0.99, 24h));
  const std::vector<double> left = budget.left_by_minute();
  EXPECT_EQ(left[59], 1);
  EXPECT_NEAR(left[69], 1 - 10 / 14.4, 1e-9);
  EXPECT_NEAR(left[60 + 1439], 1 - 10 / 14.4, 1e-9);
  EXPECT_NEAR(left[70 + 1439], 1, 1e-9);
}

// Ten bad minutes while there is little traffic, then twenty times as much without a failure.
TEST(ErrorBudget, WhatIsBurnedStaysBurned) {
  Record record = steady(240, 1, 30, 40);
  for (std::size_t i = 60; i < 240; ++i) record.truth[0].minutes[i].requests = 20'000;
  const ErrorBudget budget(record, availability());
  const std::vector<double> left = budget.left_by_minute();
  for (std::size_t minute = 1; minute < left.size(); ++minute) EXPECT_LE(left[minute], left[minute - 1] + 1e-12);
  EXPECT_EQ(left[29], 1);
  EXPECT_LT(left[39], 1);
  EXPECT_NEAR(left[39], left[239], 1e-12);
  EXPECT_NEAR(budget.left(239), 1 - budget.burn_rate(239, 30 * 24h), 1e-12) << "as ever at the run's end";
  EXPECT_NEAR(budget.spent(30, 39), 1 - left[239], 1e-12);
  EXPECT_NEAR(budget.spent(0, 34) + budget.spent(35, 239), budget.spent(0, 239), 1e-12);
  EXPECT_EQ(budget.spent(40, 239), 0);
}

TEST(ErrorBudget, NamesTheWorstWindow) {
  const ErrorBudget budget(steady(120, 1, 30, 40), availability());
  EXPECT_NEAR(budget.worst(5min).rate, 1000, 1e-9);
  EXPECT_EQ(budget.worst(5min).at, sample::at(35min));
  EXPECT_NEAR(budget.worst(6h).rate, 1000.0 * 10 / 360, 1e-9);
  EXPECT_EQ(ErrorBudget(steady(60, 0, 0, 0), availability()).worst(1h).at, std::nullopt);
}

TEST(ErrorBudget, IsWholeWithoutRequests) {
  Slo elsewhere = availability();
  elsewhere.service = "nobody";
  const ErrorBudget budget(steady(10, 1, 0, 10), elsewhere);
  EXPECT_FALSE(budget.has_requests());
  EXPECT_EQ(budget.left(9), 1);
  EXPECT_EQ(budget.burn_rate(9, 1h), 0);
  EXPECT_EQ(ErrorBudget(Record{}, availability()).minutes(), 0U);
}

TEST(ErrorBudget, IsToldInTheRecord) {
  Record record = steady(60, 1, 10, 31);
  record.declared.slos = {availability()};
  judge(record, sample::NoSeries());
  const SloRecord& slo = record.slos.front();
  EXPECT_NEAR(slo.budget_left, 1 - 21 / 43.2, 1e-9);
  EXPECT_EQ(slo.burned, 21min);
  ASSERT_EQ(slo.worst_burn_rates.size(), 4U);
  EXPECT_EQ(slo.worst_burn_rates[0].window, 1h);
  EXPECT_NEAR(slo.worst_burn_rates[0].rate, 350, 1e-9);
  EXPECT_EQ(slo.worst_burn_rates[0].at, sample::at(31min));
  EXPECT_EQ(slo.worst_burn_rates[3].window, 72h);
  EXPECT_NEAR(slo.worst_burn_rates[3].rate, 1000.0 * 21 / (72 * 60), 1e-9);
}

using Conditions = std::vector<BurnCondition>;

TEST(BurnAlerts, FactorsFollowTheWindow) {
  EXPECT_EQ(burn_conditions(availability()),
            (Conditions{{1h, 5min, 14.4, true}, {6h, 30min, 6, true}, {24h, 2h, 3, false}, {72h, 6h, 1, false}}));
  EXPECT_EQ(burn_conditions(availability(0.999, 28 * 24h)),
            (Conditions{{1h, 5min, 13.44, true}, {6h, 30min, 5.6, true}, {24h, 2h, 2.8, false}, {72h, 6h, 1, false}}));
  EXPECT_EQ(burn_conditions(availability(0.999, 7 * 24h)),
            (Conditions{{1h, 5min, 3.36, true}, {6h, 30min, 1.4, true}, {24h, 2h, 1, false}, {72h, 6h, 1, false}}));
  EXPECT_EQ(burn_conditions(availability(0.999, 24h)),
            (Conditions{{1h, 5min, 1, true}, {6h, 30min, 1, true}, {24h, 2h, 1, false}}));
}

TEST(BurnAlerts, SpendTheSharesOfTheWorkbook) {
  const std::vector<double> shares{0.02, 0.05, 0.1, 0.1};
  const Conditions conditions = burn_conditions(availability());
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const double windows = to_seconds(conditions[i].long_window) / to_seconds(availability().window);
    EXPECT_NEAR(conditions[i].factor * windows, shares[i], 1e-12);
  }
}

TEST(BurnAlerts, NoOutageBurnsAGenerousBudgetFast) {
  EXPECT_TRUE(attainable(availability(0.95), {1h, 5min, 14.4, true}));
  EXPECT_FALSE(attainable(availability(0.9), {1h, 5min, 14.4, true}));
}

}  // namespace
}  // namespace firedrill::incident
