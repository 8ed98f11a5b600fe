// A suite against its baseline: what fails it, what is only said.
#include "suite/compare.h"

#include <gmock/gmock.h>

#include "base/text/format.h"

namespace firedrill::suite {
namespace {

using record::Verdict;
using reports::suite::Change;
using reports::suite::Comparison;
using reports::suite::Incident;
using reports::suite::Page;
using reports::suite::ScenarioRun;
using testing::ElementsAre;
using testing::IsEmpty;

ScenarioRun run_with(std::vector<Incident> incidents, std::vector<Page> pages) {
  ScenarioRun run;
  run.scenario = "outage";
  run.verdict_why = "all were met";
  run.incidents = std::move(incidents);
  run.pages = std::move(pages);
  return run;
}

Incident detected(const char* id, Duration after) {
  return {id, true, after, "Errors", {}};
}
Incident undetected(const char* id) {
  return {id, true, {}, "", {}};
}

struct Result {
  bool fails;
  std::vector<std::string> changes;
};

Result compared(const ScenarioRun& before, const ScenarioRun& now, Duration slower_by = 1min) {
  const Baseline baseline = make_baseline(std::span(&before, 1), 1min);
  const Comparison comparison = compare(baseline, std::span(&now, 1), slower_by, "b.yaml");
  Result result{comparison.fails(), {}};
  for (const Change& change : comparison.changes) {
    constexpr const char* kWords[] = {"worse", "better", "new", "gone"};
    result.changes.push_back(
        format("{}{}: {}", kWords[static_cast<int>(change.trend)], change.fails ? "!" : "", change.what));
  }
  return result;
}

const ScenarioRun kAgreed = run_with({detected("db", 2min)}, {{"Errors", "db", 1, {}}});

TEST(Compare, NothingIsDifferent) {
  const Result result = compared(kAgreed, kAgreed);
  EXPECT_FALSE(result.fails);
  EXPECT_THAT(result.changes, IsEmpty());
}

TEST(Compare, AnIncidentIsNoLongerDetected) {
  const Result result = compared(kAgreed, run_with({undetected("db")}, {}));
  EXPECT_TRUE(result.fails);
  EXPECT_THAT(result.changes, ElementsAre("worse!: db is not detected any more; it took 2 m, by Errors",
                                          "gone: Errors does not page any more for db; it did once"));
}

TEST(Compare, DetectionSlowsByMoreThanTheBound) {
  const ScenarioRun later = run_with({detected("db", 3min + 1ms)}, {{"Errors", "db", 1, {}}});
  EXPECT_TRUE(compared(kAgreed, later).fails);
  EXPECT_THAT(compared(kAgreed, later).changes,
              ElementsAre("worse!: db is detected 1 m later, after 3 m, by Errors; it took 2 m, by Errors"));
  EXPECT_THAT(compared(kAgreed, run_with({detected("db", 3min)}, {{"Errors", "db", 1, {}}})).changes, IsEmpty());
  EXPECT_THAT(compared(kAgreed, later, 2min).changes, IsEmpty());
  EXPECT_TRUE(compared(kAgreed, run_with({detected("db", 2min + 1ms)}, {{"Errors", "db", 1, {}}}), 0ms).fails);
}

TEST(Compare, DetectionIsFaster) {
  const Result result = compared(kAgreed, run_with({detected("db", 30s)}, {{"Errors", "db", 1, {}}}));
  EXPECT_FALSE(result.fails);
  EXPECT_THAT(result.changes,
              ElementsAre("better: db is detected 1 m 30 s earlier, after 30 s, by Errors; it took 2 m, by Errors"));
}

TEST(Compare, APageIsNew) {
  const Result of_none =
      compared(kAgreed, run_with({detected("db", 2min)}, {{"Errors", "db", 1, {}}, {"Noise", "", 2, {}}}));
  EXPECT_TRUE(of_none.fails);
  EXPECT_THAT(of_none.changes, ElementsAre("worse!: Noise pages 2 times, for no incident; it did not"));
  const Result another =
      compared(kAgreed, run_with({detected("db", 2min)}, {{"Errors", "db", 1, {}}, {"Slow", "db", 1, {}}}));
  EXPECT_TRUE(another.fails);
  EXPECT_THAT(another.changes, ElementsAre("worse!: Slow pages once, for db; it did not"));
}

TEST(Compare, AnAlertPagesMoreOften) {
  const Result result = compared(kAgreed, run_with({detected("db", 2min)}, {{"Errors", "db", 4, {}}}));
  EXPECT_TRUE(result.fails);
  EXPECT_THAT(result.changes, ElementsAre("worse!: Errors pages 4 times, for db; it did once"));
}

TEST(Compare, WhatDetectsAnIncidentIsNoNewPage) {
  const ScenarioRun before = run_with({undetected("db")}, {});
  const Result result = compared(before, run_with({detected("db", 2min)}, {{"Errors", "db", 1, {}}}));
  EXPECT_FALSE(result.fails);
  EXPECT_THAT(result.changes, ElementsAre("better: db is detected now, after 2 m, by Errors; it was not"));
}

TEST(Compare, APageOfNoIncidentIsNotMissed) {
  const ScenarioRun before = run_with({}, {{"Noise", "", 3, {}}});
  EXPECT_THAT(compared(before, run_with({}, {})).changes,
              ElementsAre("better: Noise does not page any more for no incident; it did 3 times"));
  EXPECT_THAT(compared(before, run_with({}, {{"Noise", "", 1, {}}})).changes,
              ElementsAre("better: Noise pages once, for no incident; it did 3 times"));
}

TEST(Compare, ScenariosThatComeAndGoAreSaid) {
  const ScenarioRun before = run_with({detected("db", 2min), detected("old", 1min)}, {});
  ScenarioRun now = run_with({detected("db", 2min), undetected("fresh")}, {});
  Result result = compared(before, now);
  EXPECT_FALSE(result.fails);
  EXPECT_THAT(result.changes, ElementsAre("new: fresh is a new incident; it is not detected",
                                          "gone: the scenario has no incident old any more"));
  now.scenario = "another";
  result = compared(before, now);
  EXPECT_FALSE(result.fails);
  EXPECT_THAT(result.changes,
              ElementsAre("new: is not in the baseline; all were met", "gone: is in the baseline and was not run"));
  now = before;
  now.seed = 7;
  EXPECT_THAT(compared(before, now).changes,
              ElementsAre("new: is not in the baseline; all were met", "gone: is in the baseline and was not run"));
}

TEST(Compare, VerdictsAreSaidAndFailByThemselves) {
  ScenarioRun failed = kAgreed;
  failed.verdict = Verdict::fail;
  failed.verdict_why = "1 of 2 expectations failed";
  EXPECT_FALSE(compared(kAgreed, failed).fails);
  EXPECT_THAT(compared(kAgreed, failed).changes, ElementsAre("worse: passed; now 1 of 2 expectations failed"));
  EXPECT_THAT(compared(failed, kAgreed).changes, ElementsAre("better: passes, and did not"));
}

TEST(Compare, ARunThatShowsNothingIsNotCompared) {
  ScenarioRun blind = run_with({undetected("db")}, {});
  blind.faults_seen = false;
  blind.verdict = Verdict::invalid;
  blind.verdict_why = "fault db had no effect";
  const Result result = compared(kAgreed, blind);
  EXPECT_FALSE(result.fails);
  EXPECT_THAT(result.changes, ElementsAre("worse: was not compared: fault db had no effect"));
}

}  // namespace
}  // namespace firedrill::suite
