// The sheets of a game day: what the facilitator needs, and that participants are told nothing of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "reports/game_day/game_day.h"
#include "samples.h"

namespace firedrill::reports::game_day {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

Briefing briefing() {
  return {.remedies = {{"db-refuses", {"failover postgres"}}},
          .guides = {{"SLOFastBurn", "the budget burns", "playbooks/slo-burn.md"}},
          .silences = {{"alertname=\"Noise\"", "planned work", 5min, 30min}},
          .cues = {{25min, "A new shift begins: somebody else is primary of Shop", "They know what they are told."}}};
}

record::Record worked() {
  record::Record record = sample::with_replicas();
  record.on_call.emplace();
  record.on_call->schedules = {{"Shop", {"primary", "incident_commander"}, "Europe/London"}};
  record.on_call->response_targets = {{record::SeverityLevel::p0, 15min}, {record::SeverityLevel::p1, 30min}};
  events::Event taken{sample::at(20min), events::EventKind::action_taken, "failover", {}};
  taken.with("by", std::string("primary")).with("target", std::string("postgres"));
  record.timeline.push_back(taken);
  record.on_call->communication = record::CommunicationTargets{
      .public_up_to = record::SeverityLevel::p1,
      .first_posts = {{record::SeverityLevel::p0, 5min}, {record::SeverityLevel::p3, 30min}},
      .cadences = {{record::SeverityLevel::p0, 30min, std::nullopt}, {record::SeverityLevel::p0, 7min, "SLOFastBurn"}}};
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
  return record;
}

TEST(GameDay, FacilitatorsSheetsAreAsTheyWere) {
  const Sheet sheet = facilitator_sheet(worked(), briefing());
  expect_golden("game_day_facilitator.md", to_markdown(sheet));
  expect_golden("game_day_facilitator.html", to_html(sheet));
}

TEST(GameDay, ParticipantsSheetsAreAsTheyWere) {
  const Sheet sheet = participants_sheet(worked());
  expect_golden("game_day_participants.md", to_markdown(sheet));
  expect_golden("game_day_participants.html", to_html(sheet));
}

TEST(GameDay, SaysWhatIsDoneWhenAndWhatEndsIt) {
  const std::string sheet = to_markdown(facilitator_sheet(worked(), briefing()));
  EXPECT_THAT(sheet, HasSubstr("Ended by: failover postgres; else by itself at 14:30:00."));
  EXPECT_THAT(sheet, HasSubstr("| 10 m | Begin db-refuses"));
  EXPECT_THAT(sheet, HasSubstr("SLOFastBurn | the budget burns | playbooks/slo-burn.md"));
  EXPECT_THAT(sheet, HasSubstr("planned work"));
  EXPECT_THAT(sheet, HasSubstr("a simulation, and not a forecast"));
  EXPECT_THAT(sheet, HasSubstr("primary: failover postgres"));
  EXPECT_THAT(sheet, HasSubstr("| Incident commander |"));
}

TEST(GameDay, HasRoomForHowAnInjectIsEnded) {
  const std::string sheet = to_markdown(facilitator_sheet(worked(), briefing()));
  EXPECT_THAT(sheet, HasSubstr("| 25 m | A new shift begins: somebody else is primary of Shop"));
  EXPECT_THAT(sheet, HasSubstr("| how it is ended here |"));
  EXPECT_THAT(sheet, HasSubstr("all was mitigated by"));
}

// A severity that is reached is nobody's aim.
TEST(GameDay, AimsAtNoHarm) {
  const std::string sheet = to_markdown(facilitator_sheet(worked(), briefing()));
  EXPECT_THAT(sheet, HasSubstr("is to show:\n\n- db-outage peaks at P0"));
  EXPECT_THAT(sheet, Not(HasSubstr("To judge how bad it is. It went well")));
}

TEST(GameDay, PutsWhatWasDoneBeforeWhatCameOfIt) {
  record::Record record = worked();
  events::Event taken{*record.incidents.front().times.mitigated_at, events::EventKind::action_taken, "restart", {}};
  taken.with("by", std::string("primary")).with("target", std::string("checkout"));
  record.timeline.push_back(taken);
  const std::string sheet = to_markdown(facilitator_sheet(record, briefing()));
  EXPECT_LT(sheet.find("primary: restart checkout"), sheet.find("is mitigated"));
}

TEST(GameDay, SaysHowSoonOthersAreToBeTold) {
  const std::string sheet = to_markdown(participants_sheet(worked()));
  EXPECT_THAT(sheet, HasSubstr("| P0 | the status page, and inside | 5 m | 30 m |"));
  EXPECT_THAT(sheet, HasSubstr("| P3 | inside | 30 m | not asked |"));
  record::Record longer = worked();
  longer.judged_to += std::chrono::days(2);
  EXPECT_THAT(to_markdown(participants_sheet(longer)), HasSubstr("2026-03-03 from 14:00:00 UTC"));
}

// What is wrong with the run is wrong with the sheet.
TEST(GameDay, SaysThatTheRunFailed) {
  const std::string failed = to_markdown(facilitator_sheet(sample::failed(), {}));
  EXPECT_THAT(failed, HasSubstr("did not meet all that the scenario expects"));
  EXPECT_THAT(failed, HasSubstr("nothing that people do; by itself at"));
  EXPECT_THAT(to_html(facilitator_sheet(sample::failed(), {})), Not(HasSubstr("<script>")));
  EXPECT_THAT(to_markdown(facilitator_sheet(worked(), {})), Not(HasSubstr("did not meet")));
}

TEST(GameDay, HasRoomForWhatNobodyExpected) {
  const std::string sheet = to_markdown(facilitator_sheet(sample::nothing(), {}));
  EXPECT_THAT(sheet, HasSubstr("## Aims"));
  EXPECT_THAT(sheet, HasSubstr("The drill ends"));
}

// A word in each field in which a scenario says what will happen; none of them may reach those who take part.
record::Record with_canaries() {
  record::Record record = worked();
  const auto canary = [](int n) { return "canary" + std::to_string(n); };
  record.scenario = canary(1);
  record.summary = canary(2);
  record.command = canary(3);
  record.verdict_why = canary(4);
  for (record::FaultRecord& fault : record.faults) {
    fault.id = fault.kind = canary(5);
    fault.target = fault.parameters = canary(6);
    fault.witness.what = canary(7);
  }
  for (record::ExpectationRecord& each : record.expectations) {
    each.id = each.kind = canary(8);
    each.outcome.expected = each.outcome.observed = each.outcome.why = each.outcome.subject = canary(9);
  }
  for (record::Expectation& each : record.declared.expectations) each.id = canary(10);
  for (record::IncidentRecord& each : record.incidents) {
    each.id = each.title = each.detected_alert = canary(11);
    for (record::SeverityChange& change : each.severity) change.why = canary(12);
  }
  for (record::DeclaredIncident& each : record.declared.incidents) each.id = each.title = canary(13);
  for (record::AlertRecord& each : record.alerts) each.alert = canary(14);
  for (record::Phase& each : record.phases) each.name = canary(15);
  for (events::Event& each : record.timeline) each.subject = canary(16);
  for (record::RuleRecord& each : record.rules) each.name = canary(17);
  for (record::InputHash& each : record.inputs) each.path = canary(18);
  for (record::ProbeRecord& each : record.probes) each.instance = canary(19);
  return record;
}

TEST(GameDay, ParticipantsAreToldNothingOfWhatWillHappen) {
  const record::Record record = with_canaries();
  ASSERT_THAT(to_markdown(facilitator_sheet(record, briefing())), HasSubstr("canary5")) << "the canaries are alive";
  for (const std::string& sheet : {to_markdown(participants_sheet(record)), to_html(participants_sheet(record))}) {
    EXPECT_THAT(sheet, Not(HasSubstr("canary")));
    EXPECT_THAT(sheet, HasSubstr("checkout"));
  }
}

TEST(Sheet, MakesTextsHarmless) {
  const Sheet sheet{.title = "<b>x</b>",
                    .for_whom = "a|b",
                    .lead = "# not a heading",
                    .sections = {{"s", "[link](x)", {table({"a|", "<i>"}, {{"<script>", ""}}), boxes({"@team"})}},
                                 {"empty", "nothing in it", {}}},
                    .foot = "*"};
  const std::string html = to_html(sheet);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<i>")));
  EXPECT_THAT(html, Not(HasSubstr("nothing in it")));
  EXPECT_THAT(html, HasSubstr("<td></td>"));
  const std::string markdown = to_markdown(sheet);
  EXPECT_THAT(markdown, Not(HasSubstr("<script>")));
  EXPECT_THAT(markdown, Not(HasSubstr("\n# not")));
  EXPECT_THAT(markdown, HasSubstr("\\[link](x)"));
  EXPECT_THAT(markdown, ContainsRegex("\\| a.*\\|"));
}

}  // namespace
}  // namespace firedrill::reports::game_day
