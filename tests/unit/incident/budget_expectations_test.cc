#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using sample::expectation;
using Text = std::string;
using FieldList = std::vector<std::pair<std::string, FieldValue>>;

// "result | expected | observed | why" of one expectation over a drill in which seven in ten requests fail for 21
// minutes.
std::string answer(std::string kind, FieldList fields, Record record = sample::outage()) {
  fields.insert(fields.begin(), {"slo", Text("API Availability")});
  record.declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  judge(record, sample::NoSeries());
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

std::string refusals(std::string kind, FieldList fields) {
  Criteria declared;
  declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  Diagnostics found;
  check(declared, {.alerts = {}, .services = {}, .incidents = {}, .slos = {"API Availability"}, .faults = {}}, found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return all;
}

TEST(BudgetLeft, Passes) {
  EXPECT_EQ(answer("budget_left", {{"at_least", 0.6}}),
            "pass | at least 60 % of the error budget of API Availability is left at 1 h (15:00:00) | 65.9 % left, 14 "
            "m 43 s of 43 m 12 s burned | ");
  EXPECT_EQ(answer("budget_left", {{"at_least", 0.9}, {"at_most", 1.0}, {"at", Duration(12min)}}),
            "pass | at least 90 % and at most 100 % of the error budget of API Availability is left at 12 m (14:12:00) "
            "| 96.7 % left, 1 m 25 s of 43 m 12 s burned | ");
}

TEST(BudgetLeft, SaysByHowMuchItFailed) {
  EXPECT_EQ(answer("budget_left", {{"at_least", 0.9}}),
            "fail | at least 90 % of the error budget of API Availability is left at 1 h (15:00:00) | 65.9 % left, 14 "
            "m 43 s of 43 m 12 s burned | 4 m 19 s could be burned; it was 10 m 24 s more");
  EXPECT_EQ(answer("budget_left", {{"at_most", 0.2}}),
            "fail | at most 20 % of the error budget of API Availability is left at 1 h (15:00:00) | 65.9 % left, 14 m "
            "43 s of 43 m 12 s burned | 34 m 34 s were to be burned; it was 19 m 51 s less");
}

TEST(BudgetLeft, IsInvalidWithoutTruth) {
  Record record = sample::outage();
  record.truth.clear();
  EXPECT_EQ(answer("budget_left", {{"at_least", 0.9}}, record),
            "invalid | at least 90 % of the error budget of API Availability is left at 1 h (15:00:00) | nothing to "
            "look at | no request of the run counts for it");
  EXPECT_EQ(answer("budget_left", {{"at_least", 0.9}, {"at", Duration(2h)}}),
            "invalid | at least 90 % of the error budget of API Availability is left at 2 h (16:00:00) | nothing to "
            "look at | the run ended before, at 1 h (15:00:00)");
}

TEST(BudgetLeft, IsChecked) {
  EXPECT_EQ(refusals("budget_left", {{"slo", Text("API Availabilty")}, {"at_least", 0.5}}),
            "unknown SLO 'API Availabilty' = did you mean 'API Availability'?\n");
  EXPECT_EQ(refusals("budget_left", {{"slo", Text("API Availability")}}),
            "a budget needs a bound = add at_least or at_most\n");
  EXPECT_EQ(refusals("budget_left", {{"slo", Text("API Availability")}, {"at_least", 0.5}, {"at_most", 0.4}}),
            "at_most is smaller than at_least = exchange them\n");
}

TEST(BurnRate, Passes) {
  EXPECT_EQ(answer("burn_rate", {{"over", 14.4}}),
            "pass | the burn rate of API Availability over 1 h is at some time over 14.4 from 0 ms to 1 h | highest "
            "245.6 at 31 m (14:31:00), lowest 0 at 1 m (14:01:00) | ");
  EXPECT_EQ(answer("burn_rate", {{"under", 1.0}, {"window", Duration(5min)}, {"from", Duration(40min)}}),
            "pass | the burn rate of API Availability over 5 m is always under 1 from 40 m to 1 h | 0 all the time | ");
  EXPECT_EQ(answer("burn_rate", {{"over", 600.0},
                                 {"under", 800.0},
                                 {"window", Duration(5min)},
                                 {"from", Duration(14min)},
                                 {"to", Duration(30min)}}),
            "pass | the burn rate of API Availability over 5 m is always over 600 and under 800 from 14 m to 30 m | "
            "700 all the time | ");
  EXPECT_EQ(
      answer("burn_rate", {{"over", 14.4}, {"holds", Text("never")}, {"to", Duration(10min)}}),
      "pass | the burn rate of API Availability over 1 h is never over 14.4 from 0 ms to 10 m | 0 all the time | ");
}

TEST(BurnRate, SaysWhenItFailed) {
  EXPECT_EQ(answer("burn_rate", {{"over", 300.0}}),
            "fail | the burn rate of API Availability over 1 h is at some time over 300 from 0 ms to 1 h | highest "
            "245.6 at 31 m (14:31:00), lowest 0 at 1 m (14:01:00) | it came nearest with 245.6 at 31 m (14:31:00)");
  EXPECT_EQ(
      answer("burn_rate", {{"under", 14.4}}),
      "fail | the burn rate of API Availability over 1 h is always under 14.4 from 0 ms to 1 h | highest 245.6 at 31 m "
      "(14:31:00), lowest 0 at 1 m (14:01:00) | it was not so at 49 of 60 minutes, first 23.59 at 12 m (14:12:00)");
  EXPECT_EQ(
      answer("burn_rate", {{"under", 14.4}, {"holds", Text("eventually")}, {"from", Duration(20min)}}),
      "fail | the burn rate of API Availability over 1 h is at some time under 14.4 from 20 m to 1 h | highest 245.6 "
      "at 31 m (14:31:00), lowest 129.2 at 21 m (14:21:00) | it came nearest with 129.2 at 21 m (14:21:00)");
  EXPECT_EQ(
      answer("burn_rate", {{"over", 14.4}, {"holds", Text("never")}}),
      "fail | the burn rate of API Availability over 1 h is never over 14.4 from 0 ms to 1 h | highest 245.6 at 31 m "
      "(14:31:00), lowest 0 at 1 m (14:01:00) | it was so at 49 of 60 minutes, first 23.59 at 12 m (14:12:00)");
}

TEST(BurnRate, IsInvalidWithoutTruth) {
  Record record = sample::outage();
  record.truth.clear();
  EXPECT_EQ(answer("burn_rate", {{"over", 14.4}}, record),
            "invalid | the burn rate of API Availability over 1 h is at some time over 14.4 from 0 ms to 1 h | nothing "
            "to look at | no request of the run counts for it");
  EXPECT_EQ(answer("burn_rate", {{"over", 14.4}, {"from", Duration(2h)}}),
            "invalid | the burn rate of API Availability over 1 h is at some time over 14.4 from 2 h to 1 h | nothing "
            "to look at | no minute of the run ends within the time given");
}

TEST(BurnRate, IsChecked) {
  EXPECT_EQ(refusals("burn_rate", {{"slo", Text("Latency")}}),
            "unknown SLO 'Latency' = expected API Availability\na burn rate needs a bound = add over or under\n");
  EXPECT_EQ(
      refusals("burn_rate", {{"slo", Text("API Availability")},
                             {"over", 3.0},
                             {"under", 2.0},
                             {"window", Duration(0)},
                             {"from", Duration(5min)},
                             {"to", Duration(5min)}}),
      "`to` is not later than `from` = exchange them, or leave one out\nno rate is over and under these = exchange "
      "them\nthe window must be longer than 0 = expected a duration such as 1h\n");
}

}  // namespace
}  // namespace firedrill::incident
