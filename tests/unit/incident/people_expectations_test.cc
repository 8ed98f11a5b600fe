// Expectations about people: paged, not_paged, acknowledged, escalated, action_effective; what passes, what fails, and
// in which words.
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
using enum events::EventKind;

events::Event of_page(events::EventKind kind, Duration t, std::string subject, const std::string& tier) {
  events::Event event{.t = at(t), .kind = kind, .subject = std::move(subject), .fields = {}};
  return event.with("alert", Text("SLOFastBurn")).with("tier", tier);
}

events::Event of_action(events::EventKind kind, Duration t, const Text& subject, const Text& more) {
  events::Event event{.t = at(t), .kind = kind, .subject = subject, .fields = {}};
  event.with("by", Text("secondary"));
  return kind == action_taken ? event.with("target", more) : event.with("reason", more);
}

// The shop's outage: the primary does not answer, the secondary does, restarts in vain and fails over.
Record worked() {
  Record record = sample::outage();
  record.on_call = OnCallRecord{.schedules = {{"Shop", {"primary", "secondary", "commander"}, "UTC"}},
                                .response_targets = {{SeverityLevel::p0, 15min}, {SeverityLevel::p1, 4min}}};
  record.timeline.insert(
      record.timeline.end(),
      {of_page(oncall_paged, 13min, "ada", "primary"), of_page(oncall_escalated, 18min, "secondary", "secondary"),
       of_page(oncall_paged, 18min, "bob", "secondary"), of_page(oncall_acknowledged, 20min, "bob", "secondary"),
       of_action(action_taken, 21min, "restart", "postgres"), of_action(action_taken, 26min, "failover", "postgres"),
       of_action(action_effective, 28min, "failover postgres", "fewer fail"),
       of_action(action_ineffective, 31min, "restart postgres", "as many fail as before")});
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
  return record;
}

Outcome judged(Record record, std::string kind, FieldList fields) {
  record.declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  judge(record, sample::NoSeries());
  return record.expectations.front().outcome;
}

std::string answer(std::string kind, FieldList fields) {
  const Outcome outcome = judged(worked(), std::move(kind), std::move(fields));
  return format("{} | {} | {} | {}", to_string(outcome.result), outcome.expected, outcome.observed, outcome.why);
}

std::string refusals(std::string kind, FieldList fields, bool people = true) {
  Criteria declared;
  declared.expectations = {expectation("x", std::move(kind), std::move(fields))};
  Diagnostics found;
  KnownNames names{.alerts = {"SLOFastBurn"}, .services = {"postgres"}, .incidents = {}, .slos = {}, .faults = {}};
  if (people) names.tiers = {"primary", "secondary"};
  names.actions = {"restart", "failover"};
  names.acted_upon = {"postgres", "node-a"};
  check(declared, names, found);
  std::string all;
  for (const Diagnostic& d : found) all += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return all;
}

TEST(PeopleExpectations, Paged) {
  EXPECT_EQ(
      answer("paged", {{"tier", Text("primary")}, {"within", Duration(1min)}}),
      "pass | primary is paged within 1 m of the first alert, by 13 m 30 s (14:13:30) | primary was paged at 13 m "
      "(14:13:00), 30 s after the first alert | ");
  EXPECT_EQ(
      answer("paged", {{"tier", Text("secondary")}, {"within", Duration(5min)}}),
      "fail | secondary is paged within 5 m of the first alert, by 17 m 30 s (14:17:30) | secondary was paged at 18 m "
      "(14:18:00), 5 m 30 s after the first alert | 30 s late");
  EXPECT_EQ(answer("paged", {{"tier", Text("commander")}}),
            "fail | commander is paged | nobody was paged | primary was paged at 13 m (14:13:00), for SLOFastBurn");
}

TEST(PeopleExpectations, NotPaged) {
  EXPECT_EQ(answer("not_paged", {{"tier", Text("commander")}}), "pass | commander is not paged | no page | ");
  EXPECT_EQ(answer("not_paged", {{"from", Duration(15min)}}),
            "fail | nobody is paged | 1 page | secondary was paged at 18 m (14:18:00), for SLOFastBurn");
}

TEST(PeopleExpectations, Acknowledged) {
  EXPECT_EQ(
      answer("acknowledged", {{"tier", Text("secondary")}, {"since", Text("start")}, {"within", Duration(20min)}}),
      "pass | secondary acknowledges within 20 m of the start, by 20 m (14:20:00) | secondary acknowledged at 20 m "
      "(14:20:00), 20 m after the start | ");
  EXPECT_EQ(answer("acknowledged", {{"tier", Text("primary")}}).substr(0, 40),
            Text("fail | primary acknowledges in less than 15 m").substr(0, 40));
  const Outcome target = judged(worked(), "acknowledged", {{"incident", Text("db-outage")}});
  EXPECT_TRUE(target.expected.contains(" as the on-call file asks of a P")) << target.expected;
}

TEST(PeopleExpectations, Escalated) {
  EXPECT_EQ(
      answer("escalated", {{"tier", Text("secondary")}, {"within", Duration(6min)}}),
      "pass | it is escalated to secondary within 6 m of the first alert, by 18 m 30 s (14:18:30) | secondary was "
      "escalated to at 18 m (14:18:00), 5 m 30 s after the first alert | ");
  EXPECT_EQ(answer("escalated", {{"tier", Text("commander")}}),
            "fail | it is escalated to commander | it was not escalated | secondary acknowledged at 20 m (14:20:00)");
}

TEST(PeopleExpectations, ActionEffective) {
  const FieldList failover{{"action", Text("failover")}, {"target", Text("postgres")}};
  EXPECT_EQ(answer("action_effective", failover),
            "pass | failover postgres helps | seen to help at 28 m (14:28:00): fewer fail | ");
  EXPECT_EQ(answer("action_effective", {{"action", Text("failover")}, {"within", Duration(10min)}}),
            "fail | failover helps within 10 m of the injection, by 20 m (14:20:00) | seen to help at 28 m (14:28:00): "
            "fewer fail | 8 m late");
  EXPECT_EQ(answer("action_effective", {{"action", Text("restart")}}),
            "fail | restart helps | it did not help, as was seen at 31 m (14:31:00) | as many fail as before");
  EXPECT_EQ(answer("action_effective", {{"action", Text("rollback")}}),
            "fail | rollback helps | nobody did it | done was: secondary: restart postgres");
}

TEST(PeopleExpectations, AreInvalidWhereNobodyIsOnCall) {
  Record record = worked();
  record.on_call.reset();
  for (const char* kind : {"paged", "not_paged", "acknowledged", "escalated"}) {
    EXPECT_EQ(judged(record, kind, {}).result, Verdict::invalid) << kind;
  }
  EXPECT_EQ(judged(record, "action_effective", {{"action", Text("restart")}}).why, "the run has no on-call file");
}

TEST(PeopleExpectations, NameWhatThereIs) {
  EXPECT_EQ(refusals("paged", {{"tier", Text("primay")}}), "unknown tier 'primay' = did you mean 'primary'?\n");
  EXPECT_EQ(refusals("acknowledged", {}, false),
            "'acknowledged' is about people, and nobody is on call = add `oncall_file: oncall.yaml`\n");
  EXPECT_EQ(refusals("action_effective", {{"action", Text("reboot")}, {"target", Text("postgre")}}),
            "unknown action 'reboot' = expected one of: restart, failover\n"
            "unknown service or node 'postgre' = did you mean 'postgres'?\n");
}

TEST(PeopleExpectations, AreAboutTheTimesOfTheIncident) {
  Record record = worked();
  judge(record, sample::NoSeries());
  const IncidentRecord& incident = record.incidents.at(0);
  EXPECT_EQ(incident.times.acknowledged_at, at(20min));
  EXPECT_EQ(incident.acknowledged_by, "bob");
  EXPECT_EQ(incident.paged, (std::vector<Text>{"ada", "bob"}));
  EXPECT_EQ(incident.measure("tta")->text, "7 m 30 s");
}

}  // namespace
}  // namespace firedrill::incident
