// A warm-up as long as rules look back, in large steps: what is left out of it no rule can tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/duration.h"
#include "base/files/files.h"
#include "base/maths.h"
#include "driver/run.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

using testing::ElementsAre;

constexpr std::string_view kTopology = R"(services:
  api:
    port: 8080
    replicas: 3
    latency: 10ms
    background_errors: 0.2%
    traffic: {requests_per_second: 100, users: 20000, timeout: 10s}
)";

constexpr std::string_view kRules = R"(groups:
  - name: g
    rules:
      - {record: api:errors:rate5m, expr: 'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))'}
      - {record: api:errors:rate6h, expr: 'sum(rate(http_requests_total{code=~"5.."}[6h])) / sum(rate(http_requests_total[6h]))'}
      - {record: api:errors:rate1d, expr: 'sum(rate(http_requests_total{code=~"5.."}[1d])) / sum(rate(http_requests_total[1d]))'}
      - {record: api:errors:mean1d, expr: 'sum_over_time(api:errors:rate5m[1d]) / count_over_time(api:errors:rate5m[1d])'}
      - {record: api:requests:rate1d, expr: 'sum(rate(http_requests_total[1d]))'}
      - {record: api:requests:yesterday, expr: 'sum(rate(http_requests_total[5m] offset 1d))'}
      - {record: api:up:share2h, expr: 'avg_over_time(up[2h])'}
      - {record: api:requests:peak12h, expr: 'max_over_time(sum(rate(http_requests_total[10m]))[12h:10m])'}
      - {alert: Ticket, expr: 'api:errors:rate1d > 0.004 and api:errors:rate6h > 0.004', for: 2m}
      - {alert: Burn, expr: 'api:errors:rate5m > 0.052', for: 1m}
      - {alert: Gone, expr: 'absent(api:requests:rate1d)'}
)";

class HistoryRun : public testing::Test {
 protected:
  static scenario::LoadedScenario load(const std::string& start_and_warm_up, std::string_view rules = kRules) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_history" / "drill";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(write_file(folder / "topology.yaml", std::string(kTopology)));
    EXPECT_TRUE(write_file(folder / "rules.yml", std::string(rules)));
    EXPECT_TRUE(write_file(folder / "scenario.yaml", "version: 1\nname: drill\nsummary: A drill.\n" +
                                                         start_and_warm_up +
                                                         R"(
duration: 60m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 30s, rule_files: [rules.yml]}
faults:
  - {id: blip, kind: http_error, code: 503, probability: 20%, target: {service: api}, at: 10m, duration: 5m}
expectations:
  - {id: burn, kind: alert_firing, alert: Burn, within: 5m}
  - {id: no-ticket, kind: alert_not_firing, alert: Ticket}
)"));
    auto loaded = scenario::load_scenario(folder);
    if (!loaded) throw std::runtime_error(render(loaded.error()));
    return *std::move(loaded);
  }

  static Finished run(const scenario::LoadedScenario& scenario) {
    driver::Run drill(scenario, {.seed = 7});
    drill.advance_to(drill.end());
    return drill.finish();
  }

  // Of alerts that are not over when the judged part begins.
  static std::vector<std::string> steps(const Finished& done) {
    std::vector<std::string> out;
    for (const record::AlertRecord& alert : done.record.alerts) {
      if (alert.resolved_at && *alert.resolved_at < done.record.judged_from) continue;
      const auto at = [&](const std::optional<Time>& t) {
        return t ? format_duration(*t - done.record.judged_from) : std::string("-");
      };
      out.push_back(alert.alert + " " + at(alert.pending_at) + " " + at(alert.firing_at) + " " + at(alert.resolved_at));
    }
    return out;
  }

  static double value(const Finished& done, const std::string& expr, Duration at) {
    auto parsed = promql::parse_text(expr, {});
    if (!parsed) throw std::runtime_error(expr);
    promql::Query query(*std::move(parsed), done.series, {});
    const auto found = query.at(done.record.judged_from + at);
    const auto* vector = found ? std::get_if<promql::Vector>(&*found) : nullptr;
    return vector != nullptr && vector->size() == 1 ? vector->front().value : -1;
  }
};

TEST_F(HistoryRun, RulesCannotTellItFromAllOfIt) {
  const scenario::LoadedScenario automatic = load("start: 2026-03-03T12:00:00Z\nwarmup: auto");
  ASSERT_TRUE(automatic.history);
  const Finished thin = run(automatic);
  const Duration warm_up = automatic.scenario.warmup;
  EXPECT_GE(warm_up, Duration(24h + 5min));
  const scenario::LoadedScenario said =
      load("start: " + format_instant(automatic.scenario.start) + "\nwarmup: " + format_duration(warm_up));
  ASSERT_FALSE(said.history);
  const Finished whole = run(said);
  EXPECT_EQ(thin.record.judged_from, whole.record.judged_from);
  EXPECT_EQ(thin.record.verdict, record::Verdict::pass) << thin.record.verdict_why;
  EXPECT_EQ(whole.record.verdict, record::Verdict::pass) << whole.record.verdict_why;
  EXPECT_EQ(steps(thin).size(), steps(whole).size());
  EXPECT_EQ(steps(thin), steps(whole));
  struct Case {
    std::string name;
    double relative;
  };
  // What is drawn is drawn otherwise: counts agree within four standard errors.
  const std::vector<Case> cases = {{"api:errors:rate6h", 0.085},     {"api:errors:rate1d", 0.045},
                                   {"api:errors:mean1d", 0.045},     {"api:requests:rate1d", 0.02},
                                   {"api:requests:yesterday", 0.05}, {"min(api:up:share2h)", 1e-9},
                                   {"api:requests:peak12h", 0.05}};
  for (const Case& each : cases) {
    for (const Duration at : {Duration(1min), Duration(14min), Duration(59min)}) {
      const double a = value(thin, each.name, at);
      const double b = value(whole, each.name, at);
      EXPECT_GT(b, 0) << each.name << " at " << format_duration(at);
      EXPECT_LE(maths::abs(a - b), each.relative * b)
          << each.name << " at " << format_duration(at) << ": " << a << ", " << b;
    }
  }
  EXPECT_LT(thin.statistics.samples * 3, whole.statistics.samples);
  EXPECT_LT(thin.series_file->size(), whole.series_file->size());
}

TEST_F(HistoryRun, IsTheSameAgain) {
  const scenario::LoadedScenario automatic = load("start: 2026-03-03T12:00:00Z\nwarmup: auto");
  const Finished one = run(automatic);
  const Finished other = run(automatic);
  EXPECT_EQ(*one.series_file, *other.series_file);
}

TEST_F(HistoryRun, StartIsWhereTheJudgedPartBegins) {
  const scenario::LoadedScenario automatic = load("start: 2026-03-03T12:00:00Z\nwarmup: auto");
  const record::Record blank = blank_record(automatic, {});
  EXPECT_EQ(format_instant(blank.judged_from), "2026-03-03T12:00:00.000Z");
  EXPECT_EQ(blank.started, blank.judged_from - automatic.scenario.warmup);
  EXPECT_EQ(blank.faults.at(0).at, blank.judged_from + 10min);
}

TEST_F(HistoryRun, IsAtLeastHalfAnHourAndThenAllOfIt) {
  const scenario::LoadedScenario automatic =
      load("start: 2026-03-03T12:00:00Z\nwarmup: auto",
           "groups: [{name: g, rules: [{alert: Burn, expr: 'up == 0'}, {alert: Ticket, expr: 'up == 2'}]}]\n");
  EXPECT_EQ(automatic.scenario.warmup, Duration(30min));
  EXPECT_FALSE(automatic.history);
}

TEST_F(HistoryRun, EndsAtThirtyDaysAndSaysSo) {
  const scenario::LoadedScenario automatic = load("start: 2026-03-03T12:00:00Z\nwarmup: auto",
                                                  "groups: [{name: g, rules: [{alert: Burn, expr: 'rate(x[45d]) > 1', "
                                                  "for: 1h}, {alert: Ticket, expr: 'up == 2'}]}]\n");
  EXPECT_EQ(automatic.scenario.warmup, Duration(30 * 24h));
  const auto said = std::ranges::find_if(
      automatic.lints, [](const Diagnostic& lint) { return lint.what.find("[short-warmup]") != std::string::npos; });
  ASSERT_NE(said, automatic.lints.end());
  EXPECT_EQ(said->what,
            "what looks back farther than the 30d of history that `auto` gives at most finds less than in production: "
            "Burn (45d1h) [short-warmup]");
}

// What a window of 30 days reads, and `for`, reach a little farther: what is missing is less than its samples tell.
TEST_F(HistoryRun, ThirtyDaysAreEnoughForAWindowOfThem) {
  const auto warned = [&](const std::string& window) {
    const scenario::LoadedScenario automatic =
        load("start: 2026-03-03T12:00:00Z\nwarmup: auto",
             "groups: [{name: g, rules: [{record: r, expr: 'rate(x[5m])'}, {alert: Burn, expr: 'avg_over_time(r[" +
                 window + "]) > 1', for: 30m}, {alert: Ticket, expr: 'up == 2'}]}]\n");
    EXPECT_EQ(automatic.scenario.warmup, Duration(30 * 24h));
    return std::ranges::any_of(
        automatic.lints, [](const Diagnostic& lint) { return lint.what.find("[short-warmup]") != std::string::npos; });
  };
  EXPECT_FALSE(warned("30d"));
  EXPECT_TRUE(warned("31d"));
}

TEST_F(HistoryRun, AllOfItIsThereForAFixedTime) {
  const scenario::LoadedScenario automatic = load(
      "start: 2026-03-03T12:00:00Z\nwarmup: auto",
      "groups: [{name: g, rules: [{alert: Burn, expr: 'rate(x[1d]) > x @ 1772452800'}, {alert: Ticket, expr: 'up == "
      "2'}]}]\n");
  EXPECT_EQ(automatic.scenario.warmup, Duration(24h + 6min));
  ASSERT_TRUE(automatic.history);
  EXPECT_FALSE(automatic.history->whole_from(automatic.scenario.start));
}

// With less than that an alert would fire for what is missing, and `keep_firing_for` would carry it into the judged
// part.
TEST_F(HistoryRun, NoAlertFiresForWantOfHistory) {
  const std::string others =
      ", {alert: Burn, expr: 'api:errors:rate5m > 0.052', for: 1m}, {alert: Ticket, expr: 'up == "
      "2'}, {record: api:errors:rate5m, expr: "
      "'sum(rate(http_requests_total{code=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))'}]}]\n";
  for (const std::string rules :
       {"{alert: New, expr: 'absent(http_requests_total offset 3d)', keep_firing_for: 1h}",
        "{alert: New, expr: 'up unless up offset 1d', keep_firing_for: 2h}",
        "{alert: New, expr: 'up unless up offset 1d'}", "{alert: New, expr: 'up unless up offset 30d'}",
        "{alert: New, expr: 'up unless up offset 20m'}",
        "{alert: New, expr: 'sum(rate(http_requests_total[5m])) > 1.5 * (sum(rate(http_requests_total[5m] offset 1w)) "
        "or "
        "vector(0))'}",
        "{alert: New, expr: 'count_over_time(up[1d]) < 5700', keep_firing_for: 30m}",
        "{record: up:yesterday, expr: 'up offset 1d'}, {alert: New, expr: 'absent(up:yesterday)', keep_firing_for: 1h}",
        "{alert: New, expr: 'absent(http_requests_total offset 1h) and up @ 1772452800', for: 5m}"}) {
    const scenario::LoadedScenario automatic =
        load("start: 2026-03-03T12:00:00Z\nwarmup: auto", "groups: [{name: g, rules: [" + rules + others);
    EXPECT_TRUE(automatic.beyond_history.empty()) << rules;
    const Finished done = run(automatic);
    EXPECT_FALSE(std::ranges::any_of(done.record.alerts, [](const auto& each) { return each.alert == "New"; }))
        << rules;
  }
}

// What is on all the time has fired, and been told of, before the judged part.
TEST_F(HistoryRun, WhatIsAlwaysOnFiresBeforeTheJudgedPart) {
  const Finished done =
      run(load("start: 2026-03-03T12:00:00Z\nwarmup: auto",
               "groups: [{name: g, rules: [{alert: Burn, expr: 'up offset 1d == 1', for: 10m}, {alert: "
               "Ticket, expr: 'up == 2'}]}]\n"));
  ASSERT_FALSE(done.record.alerts.empty());
  for (const record::AlertRecord& alert : done.record.alerts) {
    EXPECT_LE(alert.firing_at.value(), done.record.judged_from - 4min);
  }
}

TEST_F(HistoryRun, TheRecordNamesWhatTheWarmUpIsTooShortFor) {
  const Finished done = run(load("start: 2026-03-03T12:00:00Z\nwarmup: 13h"));
  std::vector<std::string> beyond;
  for (const auto& each : done.record.monitoring.beyond_history.value()) {
    beyond.push_back(each.what + " " + format_duration(each.looks_back));
  }
  EXPECT_THAT(beyond, ElementsAre("api:errors:mean1d 1d5m", "api:requests:yesterday 1d5m", "Ticket 1d2m",
                                  "api:errors:rate1d 1d", "api:requests:rate1d 1d", "Gone 1d"));
  EXPECT_FALSE(run(load("start: 2026-03-03T12:00:00Z\nwarmup: auto")).record.monitoring.beyond_history);
}

TEST_F(HistoryRun, TheRecordSaysHowFarEachRuleLooksBack) {
  const Finished done = run(load("start: 2026-03-03T12:00:00Z\nwarmup: 30m"));
  std::vector<std::string> far;
  for (const record::RuleRecord& rule : done.record.rules) far.push_back(format_duration(rule.looks_back.value()));
  EXPECT_THAT(far, ElementsAre("5m", "6h", "1d", "1d5m", "1d", "1d5m", "2h", "12h10m", "1d2m", "6m", "1d"));
}

}  // namespace
}  // namespace firedrill::driver
