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

// "result | expected | observed | why" of one expectation.
std::string answer(FieldList fields, Record record = sample::outage()) {
  record.declared.expectations = {expectation("x", "severity", std::move(fields))};
  judge(record, sample::NoSeries());
  const Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

std::string refusals(FieldList fields) {
  Criteria declared;
  declared.expectations = {expectation("x", "severity", std::move(fields))};
  Diagnostics found;
  check(declared, {.alerts = {}, .services = {}, .incidents = {"db-outage"}, .slos = {}, .faults = {}}, found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return all;
}

// Three in a hundred requests fail, so that no threshold is crossed but those of the outside checks may be.
Record mild() {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0.03, 10, 31)};
  for (TruthMinute& minute : record.truth[0].minutes) minute.buckets.clear();
  return record;
}

TEST(SeverityExpectation, Passes) {
  EXPECT_EQ(answer({{"incident", Text("db-outage")}, {"peak", Text("P0")}}),
            "pass | db-outage peaks at P0 (complete outage) | peak P0: P1 from 11 m (14:11:00), P0 from 14 m "
            "(14:14:00), P1 from 33 m (14:33:00) | ");
  EXPECT_EQ(answer({{"peak", Text("P0")}, {"within", Duration(5min)}}),
            "pass | db-outage peaks at P0 (complete outage) within 5 m of the injection, by 15 m (14:15:00) | peak P0: "
            "P1 from 11 m (14:11:00), P0 from 14 m (14:14:00), P1 from 33 m (14:33:00) | ");
  EXPECT_EQ(
      answer({{"peak", Text("P0")}, {"since", Text("firing")}, {"within", Duration(5min)}}),
      "pass | db-outage peaks at P0 (complete outage) within 5 m of the first alert, by 17 m 30 s (14:17:30) | peak "
      "P0: P1 from 11 m (14:11:00), P0 from 14 m (14:14:00), P1 from 33 m (14:33:00) | ");
  EXPECT_EQ(answer({{"no_worse_than", Text("P2")}}, mild()),
            "pass | db-outage is no worse than P2 (partial degradation) | peak P2: P3 from 11 m (14:11:00), P2 from 14 "
            "m (14:14:00), P3 from 33 m (14:33:00) | ");
}

TEST(SeverityExpectation, SaysHowFarItWasFromTheOneExpected) {
  EXPECT_EQ(answer({{"peak", Text("P1")}}),
            "fail | db-outage peaks at P1 (major degradation) | peak P0: P1 from 11 m (14:11:00), P0 from 14 m "
            "(14:14:00), P1 from 33 m (14:33:00) | it was worse: P0 from 14 m (14:14:00), since availability 46.7 % < "
            "50 %, error rate 56.3 % > 50 %");
  EXPECT_EQ(
      answer({{"peak", Text("P1")}}, mild()),
      "fail | db-outage peaks at P1 (major degradation) | peak P2: P3 from 11 m (14:11:00), P2 from 14 m (14:14:00), "
      "P3 from 33 m (14:33:00) | it was milder: for P1, the p95 came to 3.2 s at 15 m (14:15:00), needed > 5 s");
  EXPECT_EQ(answer({{"no_worse_than", Text("P1")}}),
            "fail | db-outage is no worse than P1 (major degradation) | peak P0: P1 from 11 m (14:11:00), P0 from 14 m "
            "(14:14:00), P1 from 33 m (14:33:00) | it was worse: P0 from 14 m (14:14:00), since availability 46.7 % < "
            "50 %, error rate 56.3 % > 50 %");
  EXPECT_EQ(answer({{"peak", Text("P3")}}),
            "fail | db-outage peaks at P3 (minor issue) | peak P0: P1 from 11 m (14:11:00), P0 from 14 m (14:14:00), "
            "P1 from 33 m (14:33:00) | it was worse: P0 from 14 m (14:14:00), since availability 46.7 % < 50 %, error "
            "rate 56.3 % > 50 %");
}

TEST(SeverityExpectation, SaysHowLateItWas) {
  EXPECT_EQ(
      answer({{"peak", Text("P0")}, {"within", Duration(2min)}}),
      "fail | db-outage peaks at P0 (complete outage) within 2 m of the injection, by 12 m (14:12:00) | peak P0: P1 "
      "from 11 m (14:11:00), P0 from 14 m (14:14:00), P1 from 33 m (14:33:00) | P0 was reached at 14 m (14:14:00), 2 m "
      "late; by then, the share of users affected came to 70 % at 11 m (14:11:00), needed > 80 %");
}

TEST(SeverityExpectation, FollowsTheScenariosThresholds) {
  Record record = sample::outage();
  record.declared.severity.p0 = {0.9, std::nullopt, 0.95, 0.1};
  EXPECT_EQ(answer({{"peak", Text("P1")}}, record),
            "pass | db-outage peaks at P1 (major degradation) | peak P1: P1 from 11 m (14:11:00) | ");
  EXPECT_EQ(answer({{"peak", Text("P0")}}, record),
            "fail | db-outage peaks at P0 (complete outage) | peak P1: P1 from 11 m (14:11:00) | it was milder: for "
            "P0, the error rate came to 70 % at 15 m (14:15:00), needed > 90 %");
}

TEST(SeverityExpectation, AnIncidentThatNeverOpenedHasNone) {
  Record quiet = sample::outage();
  quiet.truth = {sample::truth("web", true, 0, 0, 0)};
  quiet.alerts.clear();
  EXPECT_EQ(answer({{"peak", Text("P3")}}, quiet),
            "fail | db-outage peaks at P3 (minor issue) | db-outage never opened | it missed no objective, crossed no "
            "severity threshold, and no alert of it fired, so it has none");
  EXPECT_EQ(answer({{"no_worse_than", Text("P2")}}, quiet),
            "pass | db-outage is no worse than P2 (partial degradation) | db-outage never opened: it missed no "
            "objective, crossed no severity threshold, and no alert of it fired | ");
  quiet.truth[0].minutes.clear();
  EXPECT_EQ(answer({{"no_worse_than", Text("P2")}}, quiet),
            "invalid | db-outage is no worse than P2 (partial degradation) | nothing to look at | less than a full "
            "minute was judged, and severity goes by them");
}

TEST(SeverityExpectation, IsInvalidWithoutAnythingToLookAt) {
  EXPECT_EQ(answer({{"peak", Text("P0")}}, sample::quiet()),
            "invalid | the incident peaks at P0 (complete outage) | nothing to look at | the run has no incident");
  Record untouched = sample::outage();
  untouched.faults[0].injected_at.reset();
  EXPECT_EQ(answer({{"peak", Text("P0")}}, untouched),
            "invalid | db-outage peaks at P0 (complete outage) | nothing to look at | its fault was never injected");
  Record blank = sample::outage();
  blank.truth.clear();
  EXPECT_EQ(answer({{"peak", Text("P0")}}, blank),
            "invalid | db-outage peaks at P0 (complete outage) | nothing to look at | the record keeps no minutes of "
            "the entry points");
  EXPECT_EQ(answer({{"peak", Text("P0")}, {"since", Text("acknowledged")}, {"within", Duration(5min)}}),
            "invalid | db-outage peaks at P0 (complete outage) | nothing to look at | it counts from the "
            "acknowledgement of db-outage, and nobody acknowledged");
}

TEST(SeverityExpectation, IsChecked) {
  EXPECT_EQ(refusals({{"incident", Text("db")}}),
            "unknown incident 'db' = expected db-outage\na severity is missing = add peak or no_worse_than\n");
  EXPECT_EQ(refusals({{"peak", Text("P1")}, {"no_worse_than", Text("P2")}}),
            "the peak says already how bad it may become = leave one of the two out\n");
  EXPECT_EQ(refusals({{"no_worse_than", Text("P2")}, {"within", Duration(5min)}}),
            "only a peak can be reached within a time = add peak\n");
}

}  // namespace
}  // namespace firedrill::incident
