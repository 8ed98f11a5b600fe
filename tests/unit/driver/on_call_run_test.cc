// People in a scenario's run: who is called, who comes, what they do, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/duration.h"
#include "base/files/files.h"
#include "base/text/format.h"
#include "driver/run.h"
#include "record/record_json.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using Lines = std::vector<std::string>;

constexpr const char* kOnCall = R"(schedules:
  - name: Shop
    acknowledge_timeout: 20m
    tiers:
      - {name: primary, escalation_delay: 5m, members: [ada]}
      - {name: secondary, escalation_delay: 5m, members: [bob]}
      - {name: commander, escalation_delay: 5m, members: [cleo]}
  - name: Database
    team: DBA
    tiers: [{name: primary, members: [dora]}]
receivers: {pager: Shop}
)";

constexpr const char* kPlaybook = R"(# Playbook: down

## Symptoms
- Alert: Down

## Diagnosis Steps
1. Look

## Mitigation
- Action: declare P1
- Action: restart web
- Action: scale web replicas=3

## Communication
- Internal: here
- External: there
- Cadence: P0 every 30min

## Escalation
- If not mitigated in 12min - page DBA on-call
)";

// Ten minutes of warm-up from 13:20 on, then an hour. Alerts fire by the clock.
class OnCallRun : public testing::Test {
 protected:
  struct Given {
    std::string alerts = alert("Down", 5, 35);
    std::string responders = "[]";
    std::string more = {};  // of the scenario
    bool alertmanager = true;
    std::string expectations = "[]";
    std::string faults = "[]";
  };

  // Of one that pages from one minute of the hour to another; 13:30 is 0.
  static std::string alert(const std::string& name, int from, int to) {
    return format(
        "      - {{alert: {0}, expr: 'vector(1) and (vector(time()) >= {1}) and (vector(time()) < {2})', labels: "
        "{{severity: "
        "critical}}, annotations: {{runbook_url: https://wiki/down}}}}\n",
        name, 1772544600 + 60 * from, 1772544600 + 60 * to);
  }

  scenario::LoadedScenario load(const Given& given) {
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "people" / "called";
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const std::string& text) {
      EXPECT_TRUE(write_file(folder / name, text));
    };
    write("topology.yaml", "services:\n  web:\n    replicas: 2\n    traffic: {requests_per_second: 20}\n");
    write("rules.yml", "groups:\n  - name: g\n    rules:\n" + given.alerts);
    write("oncall.yaml", kOnCall);
    write("down.md", kPlaybook);
    write("alertmanager.yml",
          "route: {receiver: pager, group_by: [alertname], group_wait: 0s, group_interval: 1m}\n"
          "receivers:\n  - {name: pager, pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]}\n");
    write("scenario.yaml",
          "version: 1\nname: called\nsummary: People.\nstart: 2026-03-03T13:20:00Z\nwarmup: 10m\nduration: 60m\n"
          "topology: topology.yaml\nplaybooks: [down.md]\noncall_file: oncall.yaml\n"
          "prometheus: {scrape_interval: 15s, evaluation_interval: 15s, scrape_phase: aligned, rule_files: "
          "[rules.yml]}\n" +
              std::string(given.alertmanager ? "alertmanager: {config_file: alertmanager.yml}\n" : "") + given.more +
              "responders: " + given.responders + "\nfaults: " + given.faults +
              "\nexpectations: " + given.expectations + "\n");
    auto loaded = scenario::load_scenario(folder);
    EXPECT_TRUE(loaded) << render(loaded.error());
    return *std::move(loaded);
  }

  record::Record run(const Given& given) {
    const scenario::LoadedScenario scenario = load(given);
    driver::Run run(scenario, {.seed = 1});
    run.advance_to(run.end());
    return run.finish().record;
  }

  // Of people and actions: "7m primary paged for Down".
  static Lines told(const record::Record& record) {
    Lines out;
    for (const events::Event& event : record.timeline) {
      const std::string_view kind = to_string(event.kind);
      if (!kind.starts_with("oncall.") && !kind.starts_with("action.") && kind != "note") continue;
      std::string text = events::describe(event);
      if (const std::size_t end = text.find(": 0 of"); end != std::string::npos) text.resize(end);
      out.push_back(format("{} {}", format_duration(event.t - record.judged_from), text));
    }
    return out;
  }
};

constexpr const char* kQuick =
    "\n  - {person: ada, acknowledge: 1m}\n  - {person: bob, acknowledge: 2m}\n"
    "  - {person: cleo, acknowledge: 3m}\n  - {person: dora, acknowledge: 1m}\n";

TEST_F(OnCallRun, CallsWhoeverIsOnCallAndTheyAcknowledge) {
  const record::Record record = run({.responders = kQuick, .expectations = R"(
  - {id: called, kind: paged, tier: primary, since: start, within: 6m}
  - {id: came, kind: acknowledged, tier: primary, since: start, within: 7m}
  - {id: alone, kind: not_paged, tier: secondary}
  - {id: late, kind: acknowledged, since: start, within: 5m}
  - {id: walks, kind: escalated, since: start}
  - {id: vain, kind: action_effective, action: restart, since: start})"});
  EXPECT_THAT(told(record), ElementsAre("5m primary paged for Down", "6m primary acknowledged for Down",
                                        "26m Down: the acknowledgement has timed out: the tiers are paged anew",
                                        "26m primary paged for Down", "27m primary acknowledged for Down",
                                        StartsWith("35m Down: nobody is paged any more: ")));
  ASSERT_EQ(record.alerts.size(), 1U);
  EXPECT_EQ(record.alerts[0].acknowledged_at, record.judged_from + 6min);
  Lines results;
  for (const record::ExpectationRecord& each : record.expectations) {
    if (each.kind != "no_other_alerts") {
      results.push_back(
          format("{}: {}; {}; {}", each.id, to_string(each.outcome.result), each.outcome.observed, each.outcome.why));
    }
  }
  EXPECT_THAT(results, ElementsAre("called: pass; primary was paged at 5 m (13:35:00), 5 m after the start; ",
                                   "came: pass; primary acknowledged at 6 m (13:36:00), 6 m after the start; ",
                                   "alone: pass; no page; ",
                                   "late: fail; primary acknowledged at 6 m (13:36:00), 6 m after the start; 1 m late",
                                   "walks: fail; it was not escalated; primary acknowledged at 6 m (13:36:00)",
                                   "vain: fail; nobody did it; "));
}

TEST_F(OnCallRun, EscalatesUntilSomebodyAcknowledges) {
  const std::string asleep =
      "\n  - {person: ada, absent: [{why: asleep}]}\n  - {person: bob, absent: [{to: 30m}], acknowledge: 1m}\n"
      "  - {person: cleo, acknowledge: 2m}\n";
  EXPECT_THAT(
      told(run({.alerts = alert("Down", 5, 25), .responders = asleep})),
      ElementsAre("5m primary paged for Down", "10m escalated to secondary: primary has not acknowledged within 5m",
                  "10m secondary paged for Down",
                  "15m escalated to commander: secondary has not acknowledged within 5m",
                  "15m commander paged for Down", "17m commander acknowledged for Down",
                  StartsWith("25m Down: nobody is paged any more: ")));
}

TEST_F(OnCallRun, WithoutAnAlertmanagerCallsForWhatTheMatchersName) {
  EXPECT_THAT(told(run({.alerts = alert("Down", 5, 15), .responders = kQuick, .alertmanager = false})),
              ElementsAre("5m primary paged for Down", "6m primary acknowledged for Down",
                          "15m Down: nobody is paged any more: its alerts are over"));
}

TEST_F(OnCallRun, DoesWhatTheScenarioSays) {
  const std::string script = R"(
  - person: ada
    acknowledge: 1m
    actions:
      - {after: 2m, action: restart, target: {service: web}}
      - {after: 4m, action: silence, alert: Later, for: 10m})";
  const record::Record record = run({.alerts = alert("Down", 5, 20) + alert("Later", 12, 14), .responders = script});
  EXPECT_THAT(told(record),
              testing::IsSupersetOf(Lines{"8m primary: restart web", "10m primary: silence Later for=10m"}));
  EXPECT_TRUE(record.actions.empty()) << "it follows from the scenario";
  EXPECT_EQ(std::ranges::count(record.timeline, events::EventKind::alert_silenced, &events::Event::kind), 1);
  EXPECT_EQ(std::ranges::count(record.timeline, events::EventKind::oncall_paged, &events::Event::kind), 1);
  ASSERT_EQ(record.alertmanager->silences.size(), 1U);
  EXPECT_EQ(record.alertmanager->silences[0].to, record.judged_from + 20min);
}

TEST_F(OnCallRun, FollowsAPlaybook) {
  const std::string policy =
      "\n  - {person: ada, acknowledge: 1m, policy: playbook, step_takes: 2m}\n"
      "  - {person: cleo, acknowledge: 3m}\n  - {person: dora, acknowledge: 1m}\n";
  const Lines lines = told(run({.responders = policy}));
  EXPECT_THAT(lines, testing::IsSupersetOf(Lines{
                         "5m primary paged for Down", "6m primary acknowledged for Down", "8m primary: declare P1",
                         "8m escalated to commander: primary hands it on", "8m commander paged for Down",
                         "10m primary: restart web", "11m commander acknowledged for Down",
                         "18m primary paged for Down", "19m primary acknowledged for Down"}))
      << testing::PrintToString(lines);
  EXPECT_THAT(lines, testing::Contains(StartsWith("20m restart web did not help"))) << testing::PrintToString(lines);
  EXPECT_THAT(lines, testing::Contains("22m primary: scale web to 3"));
}

// The same seed gives the same record, and a copy goes on as the original (copy_test.cc).
TEST_F(OnCallRun, IsTheSameEachTime) {
  const scenario::LoadedScenario scenario = load({});
  const auto once = [&](std::uint64_t seed) {
    driver::Run run(scenario, {.seed = seed});
    run.advance_to(run.end());
    return record::write_record(run.finish().record);
  };
  EXPECT_TRUE(once(3) == once(3));
  EXPECT_FALSE(once(3) == once(4));
}

// "9m external investigating P1".
Lines posts(const record::Record& record) {
  Lines out;
  for (const events::Event& event : record.timeline) {
    if (event.kind != events::EventKind::communication_posted) continue;
    out.push_back(format("{} {} {} {}", format_duration(event.t - record.judged_from), event.text("channel"),
                         event.text("status"), event.text("severity")));
  }
  return out;
}

TEST_F(OnCallRun, TellsOthersOfWhatIsDone) {
  const record::Record record = run({.responders = R"(
  - {person: ada, acknowledge: 1m, policy: playbook, communicate: {last: 1m}})"});
  const Lines told = posts(record);
  ASSERT_GE(told.size(), 6U);
  EXPECT_THAT(Lines(told.begin(), told.begin() + 4),
              ElementsAre("9m internal investigating P1", "9m external investigating P1", "12m internal identified P1",
                          "12m external identified P1"));
  EXPECT_THAT(told.back(), HasSubstr("external resolved P1"));
  ASSERT_TRUE(record.status_page);
  ASSERT_EQ(record.status_page->incidents.size(), 1U);
  EXPECT_EQ(record.status_page->incidents.front().impact, "major");
  EXPECT_EQ(record.status_page->incidents.front().status, "resolved");
  EXPECT_EQ(record.status_page->incidents.front().name, "Major degradation");
  ASSERT_TRUE(record.on_call);
  ASSERT_TRUE(record.on_call->communication);
  // The file's three, and the playbook's.
  EXPECT_EQ(record.on_call->communication->cadences.size(), 4U);
}

TEST_F(OnCallRun, TellsNobodyOutsideOfWhatNobodyNotices) {
  EXPECT_THAT(posts(run({.responders = kQuick})), ElementsAre("9m internal investigating P3", StartsWith("3")));
  EXPECT_THAT(posts(run({.responders = "\n  - {person: ada, acknowledge: 1m, communicate: {posts: none}}\n"
                                       "  - {person: bob, communicate: {posts: none}}\n"
                                       "  - {person: cleo, communicate: {posts: none}}\n"})),
              IsEmpty());
}

}  // namespace
}  // namespace firedrill::driver
