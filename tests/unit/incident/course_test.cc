// A published course beside a run's: which times agree, in which order, and what is refused.
#include "incident/course/course.h"

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

PublishedTime published(Duration after, std::string what, std::string kind = "", std::string name = "") {
  PublishedTime time{.after = after, .what = std::move(what), .here = {}, .where = {}};
  if (!kind.empty()) time.here = Counterpart{.kind = std::move(kind), .name = std::move(name), .of = {}};
  return time;
}

// The shop's outage: broken from 10 m, heard of after 2 m 30 s, mended by its fault's end after 20 m.
Record retold(std::vector<PublishedTime> times, double factor = 2) {
  Record record = sample::outage();
  record.declared.published = Published{.source = "a report",
                                        .from = "db-refuses",
                                        .since = "injected",
                                        .factor = factor,
                                        .times = std::move(times),
                                        .where = {}};
  record.declared.expectations = {expectation("as-it-was", "as_published", {})};
  judge(record, sample::NoSeries());
  return record;
}

std::string standing_of(std::vector<PublishedTime> times, double factor = 2) {
  std::string all;
  const Record record = retold(std::move(times), factor);
  for (const CourseStep& step : *record.course)
    all += format("{}{}: {}", all.empty() ? "" : ", ", step.what, step.standing);
  return all;
}

TEST(Course, AgreesWithinItsFactorAndAMinute) {
  // 2 m 30 s here: at most 2 × (2 m 30 s + 1 m), and 2 × (as published + 1 m) at least.
  EXPECT_EQ(standing_of({published(15s, "alarm", "incident", "detected")}), "alarm: agrees");
  EXPECT_EQ(standing_of({published(14s, "alarm", "incident", "detected")}), "alarm: later");
  EXPECT_EQ(standing_of({published(7min, "alarm", "incident", "detected")}), "alarm: agrees");
  EXPECT_EQ(standing_of({published(7min + 1s, "alarm", "incident", "detected")}), "alarm: earlier");
  EXPECT_EQ(standing_of({published(14min, "alarm", "incident", "detected")}, 4), "alarm: agrees");
}

TEST(Course, KnowsAlertsFaultsAndWhatIsOnlyShown) {
  EXPECT_EQ(
      standing_of({published(0s, "it begins", "begins", "db-refuses"), published(2min, "alert", "alert", "SLOFastBurn"),
                   published(10min, "customers write"), published(20min, "it ends", "ends", "db-refuses")}),
      "it begins: agrees, alert: agrees, customers write: not compared, it ends: agrees");
  EXPECT_EQ(standing_of({published(2min, "alert", "alert", "HighLatencyP95")}), "alert: missing");
}

TEST(Course, SeesAnotherOrder) {
  EXPECT_EQ(
      standing_of({published(2min, "the end", "ends", "db-refuses"), published(3min, "alarm", "incident", "detected")},
                  50),
      "the end: agrees, alarm: out of order");
  // Of two that were published as one time neither was first.
  EXPECT_EQ(
      standing_of({published(3min, "the end", "ends", "db-refuses"), published(3min, "alarm", "incident", "detected")},
                  50),
      "the end: agrees, alarm: agrees");
}

// A person's deed, and not what the scenario does.
TEST(Course, KnowsWhatSomebodyDid) {
  Record record = sample::outage();
  const auto taken = [](Duration t, std::string by, std::string target) {
    events::Event event{at(t), events::EventKind::action_taken, "restart", {}};
    return event.with("by", std::move(by)).with("target", std::move(target));
  };
  record.timeline.push_back(taken(35min, "the scenario", "web"));
  record.timeline.push_back(taken(36min, "ada", "web"));
  record.timeline.push_back(taken(37min, "ada", "postgres"));
  PublishedTime any = published(26min, "restarted", "action", "restart");
  PublishedTime database = published(27min, "database restarted", "action", "restart");
  database.here->of = "postgres";
  record.declared.published = Published{.source = "a report",
                                        .from = "db-refuses",
                                        .since = "injected",
                                        .factor = 1,
                                        .times = {any, database},
                                        .where = {}};
  judge(record, sample::NoSeries());
  EXPECT_EQ(record.course->at(0).here_at, at(36min));
  EXPECT_EQ(record.course->at(1).here_at, at(37min));
}

// Where nobody has published when the cause began.
TEST(Course, MayCountFromTheHarm) {
  Record record = retold({published(1min, "alarm", "incident", "detected")}, 1);
  record.declared.published->since = "breached";
  judge(record, sample::NoSeries());
  EXPECT_EQ(course_start(record), record.incidents.front().times.breached_at);
}

TEST(Course, IsJudged) {
  const auto outcome = [](std::vector<PublishedTime> times) {
    const Record record = retold(std::move(times));
    const Outcome& o = record.expectations.front().outcome;
    return format("{} | {} | {} | {}", to_string(o.result), o.expected, o.observed, o.why);
  };
  EXPECT_EQ(outcome({published(2min, "alarm", "incident", "detected"), published(5min, "shown")}),
            "pass | 1 published time in their order, each within a factor of 2 | 1 of 1 agree | ");
  EXPECT_EQ(
      outcome({published(2min, "alarm", "alert", "HighLatencyP95"), published(60min, "over", "ends", "db-refuses")}),
      "fail | 2 published times in their order, each within a factor of 2 | 0 of 2 agree | 'alarm' did not happen, "
      "and was published as 2 m; 'over' came after 20 m (30 m (14:30:00)), and was published as 1 h");
}

TEST(Course, IsRefusedWhereNothingIsCompared) {
  Criteria declared;
  declared.expectations = {expectation("x", "as_published", {})};
  Diagnostics found;
  check(declared, KnownNames{}, found);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().what, "the scenario retells nothing with which its run is compared");
}

}  // namespace
}  // namespace firedrill::incident
