// Incidents of which no SLO is missed: requests that an SLO takes for good, or that never arrive.
#include "incident/incidents/crossings.h"

#include <gtest/gtest.h>

#include "base/text/format.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"

namespace firedrill::incident {
using namespace record;
namespace {

using sample::at;
using Minutes = std::pair<std::size_t, std::size_t>;

void fail_checks(Record& record, Minutes minutes) {
  for (std::size_t i = minutes.first; i < minutes.second; ++i) record.truth[0].minutes[i].checks_passed = 0;
}

FaultRecord fault(std::string id, Duration from, Duration to) {
  FaultRecord made = sample::outage().faults[0];
  made.id = std::move(id);
  made.injected_at = made.at = at(from);
  made.recovered_at = made.until = at(to);
  return made;
}

// From 10 to 20 minutes a fault; each request is good, and in these minutes no outside check succeeds.
Record unseen(std::vector<Minutes> failing) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0, 0, 0)};
  record.faults = {fault("db-refuses", 10min, 20min)};
  record.alerts.clear();
  record.timeline.clear();
  for (const Minutes& minutes : failing) fail_checks(record, minutes);
  return record;
}

Record judged(Record record) {
  judge(record, sample::NoSeries());
  return record;
}

// "broken 14:10:00 to 14:20:00: availability 80 % < 95 %", of the incident with this number.
std::string told(const Record& record, std::size_t index = 0) {
  const IncidentRecord& incident = record.incidents.at(index);
  const IncidentTimes& t = incident.times;
  if (!t.breached_at) return "never broken";
  return format("broken {} to {}: {}", format_clock(*t.breached_at),
                t.mitigated_at ? format_clock(*t.mitigated_at) : "the end",
                incident.thresholds_crossed.value_or("an SLO"));
}

TEST(Crossings, BreakAnIncidentOfWhichNoSloIsMissed) {
  Record record = unseen({{10, 20}});
  record.declared.expectations = {
      sample::expectation("bound", "severity", {{"no_worse_than", std::string("P3")}}),
      sample::expectation("detect", "measure", {{"measure", std::string("ttd")}, {"at_most", Duration(5min)}})};
  record = judged(std::move(record));
  const IncidentRecord& incident = record.incidents.at(0);
  EXPECT_EQ(told(record), "broken 14:10:00 to 14:20:00: availability 80 % < 95 %");
  EXPECT_EQ(incident.peak, SeverityLevel::p0);
  EXPECT_EQ(incident.measure("ttd")->text, "> 10 m");
  EXPECT_EQ(incident.measure("ttm")->text, "10 m");
  EXPECT_EQ(incident.measure("ttr")->text, "10 m");
  EXPECT_EQ(record.kpis.at(0).text, "> 10 m");
  EXPECT_EQ(record.slos.at(0).breached_at, std::nullopt);
  EXPECT_EQ(
      describe(record.timeline.at(0)),
      "incident db-outage opened: no SLO is missed so far, a severity threshold is crossed: availability 80 % < 95 %");
  EXPECT_EQ(record.expectations.at(0).outcome.why,
            "it was worse: P0 from 13 m (14:13:00), since availability 40 % < 50 %");
  EXPECT_EQ(record.expectations.at(1).outcome.why, "it had not happened when the incident was over (> 10 m)");
}

TEST(Crossings, CountOnlyWhereNoSloIsMissed) {
  EXPECT_EQ(told(judged(sample::outage())), "broken 14:10:00 to 14:31:00: an SLO");
  // Nor where there is none.
  Record record = unseen({{10, 20}});
  record.declared.slos.clear();
  record.declared.incidents.clear();
  EXPECT_EQ(told(judged(record)), "broken 14:10:00 to 14:20:00: availability 80 % < 95 %");
}

TEST(Crossings, WhatWasThereBeforeTheFaultIsNotItsDoing) {
  EXPECT_EQ(told(judged(unseen({{4, 30}}))), "never broken");
  EXPECT_EQ(told(judged(unseen({{4, 30}, {45, 60}}))), "never broken");
  // Nor what comes and goes.
  EXPECT_EQ(told(judged(unseen({{4, 8}, {16, 22}}))), "never broken");
  // What is worse than usual is; in the fault's aftermath, too.
  Record record = unseen({{12, 18}});
  for (TruthMinute& minute : record.truth[0].minutes) minute.checks_passed *= 0.9;
  EXPECT_EQ(told(judged(record)), "broken 14:14:00 to 14:18:00: availability 36 % < 50 %");
  EXPECT_EQ(told(judged(unseen({{29, 33}}))), "broken 14:29:00 to 14:33:00: availability 80 % < 95 %");
  EXPECT_EQ(told(judged(unseen({{31, 35}}))), "never broken");
}

// Minutes in which an earlier fault may show say nothing of what is usual; those after them do.
TEST(Crossings, AnEarlierFaultHidesOnlyItsOwnMinutes) {
  Record record = unseen({{20, 24}, {32, 38}});
  record.faults = {fault("db-refuses", 30min, 40min), fault("early", 1min, 2min)};
  record = judged(std::move(record));
  EXPECT_EQ(told(record, 0), "never broken");
  EXPECT_EQ(told(record, 1), "never broken");
}

TEST(Crossings, LastUntilNoThresholdIsCrossedForTheHoldWindow) {
  EXPECT_EQ(told(judged(unseen({{10, 13}, {17, 18}}))), "broken 14:10:00 to 14:18:00: availability 80 % < 95 %");
  Record record = unseen({{10, 13}, {19, 20}});
  EXPECT_EQ(told(judged(record)), "broken 14:10:00 to 14:20:00: availability 80 % < 95 %") << "broken twice";
  record = unseen({{10, 13}, {24, 25}});
  EXPECT_EQ(told(judged(record)), "broken 14:10:00 to 14:13:00: availability 80 % < 95 %") << "after the fault";
  record.declared.hold = 15min;
  EXPECT_EQ(told(judged(record)), "broken 14:10:00 to 14:25:00: availability 80 % < 95 %");
  EXPECT_EQ(told(judged(unseen({{10, 60}}))), "broken 14:10:00 to the end: availability 80 % < 95 %");
}

// Five minutes as a whole stay below the threshold before the first of them does.
TEST(Crossings, DoNotEndInAMinuteThatStillShowsThem) {
  Record record = unseen({{10, 20}});
  record.truth[0].minutes[20].checks_passed = 5;
  EXPECT_EQ(told(judged(record)), "broken 14:10:00 to 14:21:00: availability 80 % < 95 %");
}

TEST(Crossings, BelongToTheFaultThatWasInjectedLast) {
  Record record = unseen({{16, 20}});
  record.faults.push_back(fault("web-errors", 15min, 20min));
  record = judged(std::move(record));
  EXPECT_EQ(told(record, 0), "never broken");
  EXPECT_EQ(told(record, 1), "broken 14:16:00 to 14:20:00: availability 80 % < 95 %");
  // Not if it reaches no entry point.
  record = unseen({{16, 20}});
  record.faults.push_back(fault("monitor", 15min, 20min));
  record.faults.back().services.clear();
  record = judged(std::move(record));
  EXPECT_EQ(told(record, 0), "broken 14:16:00 to 14:20:00: availability 80 % < 95 %");
  EXPECT_EQ(told(record, 1), "never broken");
}

// What of the last five minutes is another's does not break it; nor does it hide what breaks it.
TEST(Crossings, OfTheNextFaultAreItsOwn) {
  for (const auto& [failing, broken] :
       {std::pair{Minutes{22, 27}, "broken 14:22:00 to 14:27:00: availability 40 % < 50 %"},
        std::pair{Minutes{19, 20}, "never broken"}}) {
    Record record = unseen({{10, 20}, failing});
    record.faults.push_back(fault("again", 22min, 27min));
    EXPECT_EQ(told(judged(std::move(record)), 1), broken);
  }
}

// Requests fail from 10 to 14 minutes; from 12 on, no outside check succeeds.
TEST(Crossings, GoOnWhenAnotherIsMitigated) {
  for (const auto& [failing, broken] :
       {std::pair{Minutes{12, 22}, "broken 14:14:00 to 14:22:00: availability 13.3 % < 50 %, error rate 56.6 % > 50 %"},
        std::pair{Minutes{12, 14}, "never broken"}}) {
    Record record = unseen({failing});
    ServiceTruth& web = record.truth[0];
    const ServiceTruth failed = sample::truth("web", true, 0.7, 10, 14);
    for (std::size_t i = 10; i < 14; ++i) {
      const double passed = std::min(web.minutes[i].checks_passed, failed.minutes[i].checks_passed);
      web.minutes[i] = failed.minutes[i];
      web.minutes[i].checks_passed = passed;
    }
    record.faults[0].recovered_at = at(14min);
    record.faults.push_back(fault("no-way", 12min, 22min));
    record.declared.slos[1].service = "redis";
    record.declared.incidents.push_back({"no-way", {"no-way"}, "API Latency", "", true});
    record = judged(std::move(record));
    EXPECT_EQ(told(record, 0), "broken 14:10:00 to 14:14:00: an SLO");
    EXPECT_EQ(told(record, 1), broken);
  }
}

// The first fault lets requests fail some minutes after the second was injected, whose objective is not missed.
TEST(Crossings, AreExplainedByAnObjectiveThatHasBeenMissedSince) {
  Record record = sample::outage();
  record.truth = {sample::truth("web", true, 0.7, 14, 31)};
  for (TruthMinute& minute : record.truth[0].minutes) minute.buckets.clear();
  record.faults.push_back(fault("cold-cache", 12min, 30min));
  record.declared.slos[1].service = "redis";
  record.declared.incidents.push_back({"cold", {"cold-cache"}, "API Latency", "", true});
  record = judged(std::move(record));
  EXPECT_EQ(told(record, 0), "broken 14:14:00 to 14:31:00: an SLO");
  EXPECT_EQ(told(record, 1), "never broken");
}

}  // namespace
}  // namespace firedrill::incident
