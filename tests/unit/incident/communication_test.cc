// What others were told, held against what was asked: first post, cadence, last post, `communicated`; the status page;
// the pages of shifts.
#include "incident/people/communication.h"

#include <gtest/gtest.h>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/judge.h"
#include "no_series.h"
#include "sample_record.h"

namespace firedrill::incident {
namespace {

using sample::at;
using sample::expectation;
using Text = std::string;
using FieldList = std::vector<std::pair<std::string, FieldValue>>;
using Lines = std::vector<std::string>;
using record::Record;
using record::SeverityLevel;

struct Posted {
  Duration t;
  Text status;
  Text channel = "external";
  Text components = "web=major_outage";
};

events::Event event_of(const Posted& post) {
  events::Event event{at(post.t), events::EventKind::communication_posted, "inc-1", {}};
  event.with("alert", Text("SLOFastBurn"))
      .with("channel", post.channel)
      .with("status", post.status)
      .with("severity", Text("P0"))
      .with("since", format_instant(at(13min)));
  if (post.channel == "external") event.with("components", post.components);
  return event.with("by", Text("primary")).with("title", Text("Outage of web")).with("text", Text("We know."));
}

// The outage of the shop, from 10 to 31 minutes; its alert fires from 12 m 30 s to 34 m, and is acknowledged at 15.
Record told(const std::vector<Posted>& posts) {
  Record record = sample::outage();
  record.on_call = record::OnCallRecord{};
  record.on_call->schedules = {{"Shop", {"primary"}, "UTC"}};
  record.on_call->communication =
      record::CommunicationTargets{.public_up_to = SeverityLevel::p2,
                                   .first_posts = {{SeverityLevel::p0, 5min}, {SeverityLevel::p1, 5min}},
                                   .cadences = {{SeverityLevel::p0, 30min, std::nullopt},
                                                {SeverityLevel::p1, 30min, std::nullopt},
                                                {SeverityLevel::p0, 10min, "SLOFastBurn"},
                                                {SeverityLevel::p1, 10min, "SLOFastBurn"}}};
  for (const auto kind : {events::EventKind::oncall_paged, events::EventKind::oncall_acknowledged}) {
    const bool page = kind == events::EventKind::oncall_paged;
    events::Event event{at(page ? 13min : 15min), kind, "ada", {}};
    record.timeline.push_back(event.with("alert", Text("SLOFastBurn")).with("tier", Text("primary")));
  }
  for (const Posted& post : posts) record.timeline.push_back(event_of(post));
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
  return record;
}

Record judged(const std::vector<Posted>& posts, const std::vector<record::Expectation>& expectations = {}) {
  Record record = told(posts);
  record.declared.expectations = expectations;
  judge(record, sample::NoSeries());
  return record;
}

Lines missed(const Record& record) {
  Lines out;
  for (const events::Event& event : record.timeline) {
    if (event.kind != events::EventKind::communication_missed) continue;
    out.push_back(format("{} {} {}: {}", format_duration(event.t - record.judged_from), event.subject,
                         event.text("channel"), event.text("reason")));
  }
  return out;
}

TEST(Communication, KeptInAllItsParts) {
  const Record record = judged(
      {{18min, "investigating", "internal"}, {18min, "investigating"}, {28min, "identified"}, {36min, "resolved"}});
  const record::IncidentRecord& incident = record.incidents.front();
  ASSERT_TRUE(incident.communication);
  EXPECT_EQ(incident.communication->channel, "external");
  EXPECT_EQ(incident.communication->told_as, Lines{"inc-1"});
  EXPECT_EQ(incident.communication->posts_external, 3);
  EXPECT_EQ(incident.communication->posts_internal, 1);
  EXPECT_EQ(incident.communication->first, "kept");
  EXPECT_EQ(incident.communication->first_due, at(20min));
  EXPECT_EQ(incident.communication->cadence, "kept");
  EXPECT_EQ(incident.communication->gaps.size(), 2U);
  EXPECT_EQ(incident.communication->final_post, "kept");
  EXPECT_EQ(incident.communication->final_at, at(36min));
  EXPECT_EQ(incident.times.communicated_at, at(18min));
  EXPECT_EQ(incident.measure("ttc")->text, "8 m");
  EXPECT_EQ(missed(record), Lines{});
}

TEST(Communication, MissedInAllItsParts) {
  const Record record = judged({{21min, "investigating"}});
  const record::IncidentCommunication& told = *record.incidents.front().communication;
  EXPECT_EQ(told.first, "missed");
  EXPECT_EQ(told.cadence, "missed");
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps.front(), (record::UpdateGap{at(21min), at(34min), 10min, false}));
  EXPECT_EQ(told.final_post, "missed");
  EXPECT_EQ(missed(record), (Lines{"20m db-outage external: no first post by then",
                                   "31m db-outage external: no update 10 m after the one before",
                                   "49m db-outage external: nobody has said that it is over"}));
  const Record silent = judged({});
  EXPECT_EQ(silent.incidents.front().communication->first, "missed");
  EXPECT_EQ(silent.incidents.front().communication->cadence, "not asked");
  EXPECT_EQ(silent.incidents.front().measure("ttc")->text, "> 50 m");
}

// Whoever says that it is over while customers fail has kept no promise.
TEST(Communication, SaidToBeOverTooEarly) {
  const Record record = judged({{18min, "investigating"}, {20min, "resolved"}});
  const record::IncidentCommunication& told = *record.incidents.front().communication;
  EXPECT_EQ(told.final_at, at(20min));
  EXPECT_EQ(told.final_post, "too early");
  const Record mended =
      judged({{18min, "investigating"}, {20min, "resolved"}, {22min, "identified"}, {36min, "resolved"}});
  EXPECT_EQ(mended.incidents.front().communication->final_post, "kept");
}

TEST(Communication, IsJudgedAgainTheSame) {
  Record record = judged({{21min, "investigating"}});
  const Record once = record;
  judge(record, sample::NoSeries());
  EXPECT_EQ(record.incidents.front().communication, once.incidents.front().communication);
  EXPECT_EQ(record.timeline, once.timeline);
  EXPECT_EQ(record.status_page, once.status_page);
  EXPECT_EQ(record.incidents.front().measures, once.incidents.front().measures);
}

TEST(StatusPage, HasIncidentsInTheShapeOfTheApi) {
  const Record record = judged({{18min, "investigating"},
                                {20min, "monitoring", "external", "web=degraded_performance, admin=operational"},
                                {36min, "resolved", "external", "web=operational, admin=operational"}});
  ASSERT_TRUE(record.status_page);
  ASSERT_EQ(record.status_page->incidents.size(), 1U);
  const record::StatusIncident& incident = record.status_page->incidents.front();
  EXPECT_EQ(incident.name, "Outage of web");
  EXPECT_EQ(incident.status, "resolved");
  EXPECT_EQ(incident.impact, "critical");
  EXPECT_EQ(incident.monitoring_at, at(20min));
  EXPECT_EQ(incident.resolved_at, at(36min));
  ASSERT_EQ(incident.incident_updates.size(), 3U);
  EXPECT_EQ(incident.incident_updates.front().id, "inc-1-3");
  EXPECT_EQ(incident.incident_updates[1].affected_components,
            (std::vector<record::ComponentChange>{{"component-web", "web", "major_outage", "degraded_performance"}}));
  ASSERT_EQ(incident.components.size(), 1U);
  EXPECT_EQ(incident.components.front().status, "operational");
  EXPECT_EQ(record.status_page->components.size(), 2U);
}

TEST(Shifts, CountPagesAndWhatNobodyActedOn) {
  Record record = told({});
  events::Event page{at(50min), events::EventKind::oncall_paged, "bob", {}};
  record.timeline.push_back(page.with("alert", Text("Gone")).with("tier", Text("primary")));
  events::Event handoff{at(45min), events::EventKind::oncall_handoff, "bob", {}};
  record.timeline.push_back(handoff.with("tier", Text("primary")));
  events::Event action{at(20min), events::EventKind::action_taken, "failover", {}};
  record.timeline.push_back(action.with("by", Text("primary")).with("target", Text("postgres")));
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
  judge(record, sample::NoSeries());
  ASSERT_TRUE(record.shifts);
  EXPECT_EQ(*record.shifts, (std::vector<record::ShiftRecord>{
                                {.tier = "primary", .person = "ada", .from = {}, .pages = 1, .acknowledged = 1},
                                {.tier = "primary",
                                 .person = "bob",
                                 .from = at(45min),
                                 .pages = 1,
                                 .of_no_incident = 1,
                                 .not_acted_on = 1}}));
}

std::string answer(const std::vector<Posted>& posts, FieldList fields) {
  const Record record = judged(posts, {expectation("x", "communicated", std::move(fields))});
  const record::Outcome& outcome = record.expectations.front().outcome;
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

TEST(CommunicatedExpectation, HoldsTheFirstPostAgainstItsTarget) {
  EXPECT_EQ(answer({{18min, "investigating"}}, {}),
            "pass | the status page tells by 20 m (14:20:00), as the on-call file asks of a P0 | posted at 18 m "
            "(14:18:00), 3 m after the acknowledgement | ");
  EXPECT_EQ(answer({{21min, "investigating"}}, {}),
            "fail | the status page tells by 20 m (14:20:00), as the on-call file asks of a P0 | posted at 21 m "
            "(14:21:00), 6 m after the acknowledgement | 1 m late");
  EXPECT_EQ(
      answer({}, {{"within", Duration(1min)}}),
      "fail | the status page tells within 1 m of the acknowledgement, by 16 m (14:16:00) | nothing was posted | ");
  EXPECT_EQ(answer({{18min, "investigating"}}, {{"status", Text("resolved")}}),
            "fail | the status page tells that it is resolved | 1 post, none that says so | the last of them at 18 m "
            "(14:18:00): investigating");
  EXPECT_EQ(answer({{18min, "investigating"}}, {{"channel", Text("internal")}}),
            "fail | the team tells its own people | nothing was posted | ");
}

TEST(CommunicatedExpectation, HoldsTheCadenceAgainstWhatIsAsked) {
  EXPECT_EQ(
      answer({{18min, "investigating"}, {28min, "identified"}, {36min, "resolved"}}, {{"cadence", true}}).substr(0, 4),
      "pass");
  EXPECT_EQ(
      answer({{18min, "investigating"}, {36min, "resolved"}}, {{"cadence", true}}),
      "fail | the status page tells by 20 m (14:20:00), as the on-call file asks of a P0, and keeps the cadence | "
      "posted at 18 m (14:18:00), 3 m after the acknowledgement | after the post at 18 m (14:18:00) there was none "
      "for 18 m; one was due after 10 m");
  EXPECT_EQ(answer({{18min, "investigating", "internal"}}, {{"cadence", true}, {"channel", Text("internal")}}),
            "invalid | the team tells its own people, and keeps the cadence | posted at 18 m (14:18:00), 3 m after the "
            "acknowledgement | of a P0 the cadence is asked of external posts");
}

}  // namespace
}  // namespace firedrill::incident
