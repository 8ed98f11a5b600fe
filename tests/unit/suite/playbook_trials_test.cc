// Playbooks, tried: each outcome of following one, and what the outcomes say of it.
#include "suite/playbook_trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"
#include "base/text/format.h"

namespace firedrill::suite {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using Outcome = PlaybookTrial::Outcome;

// A service that calls another one; from the tenth minute on something is wrong, for half an hour.
class PlaybookTrials : public testing::Test {
 protected:
  struct Given {
    std::string steps = "- Action: fix_config web to=last-good\n";
    std::string fault = "{id: bad, kind: config_push, target: {service: web}, at: 10m, duration: 30m}";
    std::string expr = "sum(rate(http_requests_total{service=\"web\",code=~\"5..\"}[1m])) > 1";
    std::string more = {};  // of the scenario
  };

  static std::vector<PlaybookTrial> tried(const Given& given) {
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "trials" / "tried";
    std::filesystem::create_directories(folder);
    const auto write = [&](const std::string& name, const std::string& text) {
      EXPECT_TRUE(write_file(folder / name, text));
    };
    write("topology.yaml",
          "services:\n  web:\n    replicas: 2\n    traffic: {requests_per_second: 20}\n    dependencies: {api: {}}\n"
          "    routes: [{method: GET, path: /, calls: [{dependency: api, path: /}]}]\n  api: {replicas: 2, routes: "
          "[{method: GET, path: /}]}\n");
    write("rules.yml",
          format("groups:\n  - name: g\n    rules:\n      - alert: Errors\n        expr: '{}'\n        "
                 "labels: {{severity: critical}}\n        annotations: {{runbook_url: https://wiki/errors}}\n",
                 given.expr));
    write("slos.yaml", "slos: [{name: Works, service: web, sli: success_rate, target: 99%, window: 30d}]\n");
    write("errors.md",
          "# Playbook: errors\n\n## Symptoms\n- Alert: Errors\n\n## Diagnosis Steps\n1. Look\n\n## Mitigation\n" +
              given.steps +
              "\n## Communication\n- Internal: here\n- External: there\n- Cadence: P0 every 30min\n\n## Escalation\n"
              "- If not mitigated in 30min - escalate to secondary\n");
    write("scenario.yaml",
          "version: 1\nname: tried\nsummary: Playbooks.\nstart: 2026-03-03T13:20:00Z\nwarmup: 10m\nduration: 60m\n"
          "topology: topology.yaml\nplaybooks: [errors.md]\nslo_files: [slos.yaml]\n"
          "prometheus: {scrape_interval: 15s, evaluation_interval: 15s, rule_files: [rules.yml]}\n" +
              given.more + "faults: [" + given.fault + "]\n");
    const auto loaded = scenario::load_scenario(folder);
    EXPECT_TRUE(loaded) << render(loaded.error());
    return try_playbooks(*loaded, 1, nullptr);
  }

  static PlaybookTrial one(const Given& given) {
    std::vector<PlaybookTrial> trials = tried(given);
    EXPECT_THAT(trials, SizeIs(1));
    return trials.empty() ? PlaybookTrial{} : trials.front();
  }
};

TEST_F(PlaybookTrials, EndWhatWouldHaveGoneOn) {
  const PlaybookTrial trial = one({});
  EXPECT_EQ(trial.outcome, Outcome::ended) << describe(trial);
  EXPECT_EQ(trial.playbook, "errors");
  EXPECT_EQ(trial.incident, "bad");
  ASSERT_TRUE(trial.mitigated_after && trial.by_itself);
  EXPECT_LT(*trial.mitigated_after, 12min);
  EXPECT_GT(*trial.by_itself, 25min);
  EXPECT_THAT(describe(trial), StartsWith("ended bad "));
  EXPECT_THAT(describe(trial), HasSubstr("with fix_config web (without anybody: "));
}

TEST_F(PlaybookTrials, AreInVainWhereTheyDoNotHelp) {
  const PlaybookTrial trial = one({.steps = "- Action: restart web\n"});
  EXPECT_EQ(trial.outcome, Outcome::vain) << describe(trial);
  EXPECT_THAT(describe(trial), StartsWith("did not end bad: restart web did not help"));
}

// Whoever restarts both does not wait for the first one's outcome: three minutes each.
TEST_F(PlaybookTrials, TakeTheSameOfSeveralServicesAsOneStep) {
  const PlaybookTrial trial =
      one({.steps = "- Action: fix_config api to=last-good\n- Action: fix_config web to=last-good\n"});
  EXPECT_EQ(trial.outcome, Outcome::ended) << describe(trial);
  EXPECT_THAT(trial.steps, SizeIs(2));
  EXPECT_LT(trial.mitigated_after.value_or(1h), 14min);
}

TEST_F(PlaybookTrials, HaveNothingToDoWithoutAStep) {
  EXPECT_EQ(one({.steps = "Think.\n"}).outcome, Outcome::nothing_to_do);
}

TEST_F(PlaybookTrials, AreNotTriedWhereNoAlertOfTheirsFires) {
  const PlaybookTrial trial = one({.expr = "sum(rate(http_requests_total{service=\"web\"}[1m])) > 1000"});
  EXPECT_EQ(trial.outcome, Outcome::not_called);
  EXPECT_EQ(describe(trial), "no alert that leads to it fired");
}

TEST_F(PlaybookTrials, FindNothingBrokenWhereNothingIs) {
  const PlaybookTrial trial =
      one({.fault = "{id: bad, kind: traffic_surge, target: {service: web}, at: 10m, duration: 30m, factor: 2}",
           .expr = "sum(rate(http_requests_total{service=\"web\"}[1m])) > 30"});
  EXPECT_EQ(trial.outcome, Outcome::nothing_broke) << describe(trial);
}

TEST_F(PlaybookTrials, ComeTooLateForWhatIsOverAtOnce) {
  const PlaybookTrial trial =
      one({.fault = "{id: bad, kind: config_push, target: {service: web}, at: 10m, duration: 2m}"});
  EXPECT_EQ(trial.outcome, Outcome::over_already) << describe(trial);
  EXPECT_THAT(describe(trial), HasSubstr("before the first step could be taken"));
}

std::vector<PlaybookTrial> with(std::vector<Outcome> outcomes) {
  std::vector<PlaybookTrial> trials;
  for (const Outcome outcome : outcomes) {
    trials.push_back({.playbook = "p", .file = "p.md", .scenario = "s", .outcome = outcome});
  }
  return trials;
}

// One alert has several causes: it is enough to help against one of them.
TEST(PlaybookVerdicts, AreGoodForOneIncidentEnded) {
  using enum Outcome;
  EXPECT_EQ(verdict_of(with({vain, ended, not_called})), PlaybookVerdict::good);
  EXPECT_EQ(verdict_of(with({prevented})), PlaybookVerdict::good);
  EXPECT_EQ(verdict_of(with({vain, nothing_broke})), PlaybookVerdict::bad);
  EXPECT_EQ(verdict_of(with({nothing_to_do})), PlaybookVerdict::bad);
  EXPECT_EQ(verdict_of(with({not_called, nothing_broke, over_already})), PlaybookVerdict::untried);
  EXPECT_EQ(verdict_of({}), PlaybookVerdict::untried);
}

TEST(PlaybookVerdicts, SayWhatWasPreventedAndWhatWasBroken) {
  PlaybookTrial prevented{.playbook = "p", .file = "p.md", .scenario = "s", .outcome = Outcome::prevented};
  prevented.incident = "leak";
  prevented.steps = {{"restart web", true, "less memory"}};
  prevented.breaks_by_itself = true;
  prevented.by_itself = 12min;
  EXPECT_EQ(describe(prevented),
            "kept leak from breaking anything, with restart web (without anybody: all well 12 m after it broke)");
  PlaybookTrial harmful = prevented;
  harmful.outcome = Outcome::vain;
  harmful.breaks_by_itself = false;
  harmful.by_itself.reset();
  EXPECT_EQ(describe(harmful),
            "did not end leak: restart web was seen to help, and was not enough; all well: not by the end of the run "
            "(without anybody: nothing broke)");
}

}  // namespace
}  // namespace firedrill::suite
