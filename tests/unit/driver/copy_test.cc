// Runs that are copied on their way: a copy goes on as the original would, and a branch leaves it alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "../alerting/rule_builder.h"
#include "../fake_services/shop.h"
#include "base/clock.h"
#include "base/text/format.h"
#include "driver/run.h"
#include "record/record_json.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

using alerting::alert;

scenario::LoadedScenario load(std::string_view name) {
  auto loaded = scenario::load_scenario(format("{}/scenarios/{}", FIREDRILL_SOURCE_DIR, name));
  if (!loaded) throw std::runtime_error(render(loaded.error()));
  return *std::move(loaded);
}

// Rules that remember what they can: windows, steps of subqueries, alerts that wait, go on or have a label that follows
// the value, annotations of alerts that have ended, rows of every kind of result.
alerting::RuleFile mindful_rules() {
  alerting::RuleFile file;
  file.source = make_source("mindful.yml", "");
  file.groups.push_back(alerting::group_of(
      "mindful",
      {alerting::record("instance:requests:rate1m", "sum by (instance, service) (rate(http_requests[1m]))"),
       alerting::record("ups", "count_values without (instance, pod, job) (\"state\", up)"),
       alert("Busiest", "topk(2, instance:requests:rate1m) > 1", 3min, 2min, {}, {{"rate", "{{ $value }}"}}),
       alert("Uneven",
             "max_over_time(sum by (service) (rate(http_requests[2m]))[10m:30s]) > 1.2 * sum by (service) "
             "(rate(http_requests[2m])) or avg_over_time(up[3m]) < 1",
             2min, 0ms, {{"how", "{{ printf \"%.0f\" $value }}"}}),
       alert(
           "Failing", "rate(http_requests{status=~\"5..\"}[2m]) > 0.01 unless on (service) absent(up)", 90s, 5min, {},
           {{"seen", "{{ with query \"count(up == 1)\" }}{{ . | first | value }}{{ end }} of {{ $labels.service }}"}}),
       alert("Restarted", "changes(process_start_time_seconds[5m]) > 0 or resets(http_requests[5m]) > 0", 1min)}));
  const Diagnostics found = alerting::finish(file, {});
  EXPECT_FALSE(has_errors(found)) << render(found);
  return file;
}

scenario::LoadedScenario with_mindful_rules(std::string_view name) {
  scenario::LoadedScenario scenario = load(name);
  scenario.rule_files.push_back(mindful_rules());
  return scenario;
}

// A monitor that loses half of what it sends, is late with half of its iterations, and is down for a while.
void let_monitor_fail(scenario::LoadedScenario& scenario) {
  Fields late;
  late.set("delay", Duration(20s), {});
  scenario.faults.push_back(fake_services::fault("loses", "notify_drop", {}, 11min, 20min));
  scenario.faults.push_back(fake_services::fault("late", "rule_eval_delay", {}, 12min, 15min, late));
  for (auto& half : std::span(scenario.faults).last(2)) half.probability = 0.5;
  scenario.faults.push_back(fake_services::fault("down", "monitor_down", {}, 35min, 3min));
}

// Two servers watch the same and send to one Alertmanager, as different alerts, and that is stopped for a while and
// comes back without its data, or with them; a receiver refuses meanwhile.
void watch_twice(scenario::LoadedScenario& scenario) {
  scenario.scenario.prometheus.replicas = {.count = 2, .label = "replica", .deduplicated = false};
  scenario.faults.push_back(fake_services::fault("refuses", "receiver_error", {}, 12min, 6min));
  Fields lost;
  lost.set("data", std::string("lost"), {});
  scenario.faults.push_back(fake_services::fault("stopped", "alertmanager_down", {}, 16min, 3min, lost));
  scenario.faults.push_back(fake_services::fault("stopped-again", "alertmanager_down", {}, 28min, 4min));
}

// All that a run leaves in its folder: the record, and the series.
std::string left_by(Run& run) {
  run.advance_to(run.end());
  const Finished done = run.finish();
  return record::write_record(done.record) + *done.series_file;
}

// Else the copies below would have nothing to remember.
TEST(MindfulRules, AllHaveTheirAlerts) {
  const scenario::LoadedScenario scenario = with_mindful_rules("checkout-database-outage");
  driver::Run run(scenario, {.seed = 2});
  run.advance_to(run.end());
  const record::Record done = run.finish().record;
  for (const char* name : {"Busiest", "Uneven", "Failing"}) {
    EXPECT_NE(std::ranges::find(done.alerts, name, &record::AlertRecord::alert), done.alerts.end()) << name;
  }
  for (const record::RuleRecord& rule : done.rules)
    EXPECT_EQ(rule.failures, 0u) << rule.name << ": " << rule.last_error;
}

struct CopyCase {
  const char* scenario;
  std::vector<Duration> at;  // after the warm-up
  void (*change)(scenario::LoadedScenario&) = nullptr;
};

void PrintTo(const CopyCase& c, std::ostream* out) {
  *out << c.scenario;
}

class Copies : public testing::TestWithParam<CopyCase> {};

TEST_P(Copies, GoOnAsTheOriginalWould) {
  scenario::LoadedScenario scenario = with_mindful_rules(GetParam().scenario);
  if (GetParam().change != nullptr) GetParam().change(scenario);
  const RunOptions options{.seed = 2, .keep = Keep::all};
  const Time origin = blank_record(scenario, options).judged_from;
  driver::Run whole(scenario, options);
  const std::string expected = left_by(whole);
  driver::Run original(scenario, options);
  std::vector<std::pair<Duration, std::unique_ptr<driver::Run>>> copies;
  for (const Duration at : GetParam().at) {
    original.advance_to(origin + at);
    original.step();
    copies.emplace_back(at, std::make_unique<driver::Run>(original));
  }
  // Not assert on equality of megabytes: a failure would print them.
  EXPECT_TRUE(left_by(original) == expected) << "the original, which was copied";
  // The last ones first, the first by way of a copy of the copy.
  while (copies.size() > 1) {
    EXPECT_TRUE(left_by(*copies.back().second) == expected) << to_seconds(copies.back().first) << " s";
    copies.pop_back();
  }
  copies[0].second->advance_to(copies[0].second->now() + 7min + 1s);
  driver::Run again(*copies[0].second);
  copies.clear();
  EXPECT_TRUE(left_by(again) == expected) << "a copy of a copy, the first of which is gone";
}

// In the middle of alerts that wait and fire, of crashes and back-offs, of a monitor that is down, loses what it sends
// and is late, of a cache that is cold, of a zone that is gone, of an Alertmanager that is stopped, of pages that
// nobody has acknowledged yet and actions whose effect nobody has seen.
INSTANTIATE_TEST_SUITE_P(
    Scenarios, Copies,
    testing::Values(CopyCase{"checkout-database-outage", {-29min, 0min, 10min + 40s, 12min + 13s, 31min}},
                    CopyCase{
                        "dns-outage", {13min + 5s, 14min + 11s, 20min, 33min, 36min, 39min + 20s}, let_monitor_fail},
                    CopyCase{"bad-deploy-crash-loop", {15min + 50s, 17min, 24min + 3s, 50min}},
                    CopyCase{"blind-monitoring", {12min, 24min, 36min, 52min + 2s, 75min, 93min}},
                    CopyCase{"cache-loss", {11min, 21min, 41min}},
                    CopyCase{"alert-storm-at-night", {11min + 21s, 14min + 30s, 38min}},
                    CopyCase{"primary-asleep", {13min, 17min + 40s, 21min, 26min, 40min}},
                    CopyCase{"prometheus-restart", {25min + 10s, 30min, 36min}},
                    CopyCase{"silenced-by-mistake", {13min, 17min + 5s, 21min, 29min + 40s, 34min}, watch_twice},
                    CopyCase{"wrong-mitigation", {14min, 19min + 20s, 31min, 44min, 52min}},
                    CopyCase{"zone-down", {12min, 21min + 7s, 33min}}),
    [](const auto& tested) {
      std::string name = tested.param.scenario;
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST(Branches, DifferAndLeaveTheOriginalAlone) {
  const scenario::LoadedScenario scenario = with_mindful_rules("checkout-database-outage");
  const RunOptions options{.seed = 3};
  const record::Record blank = blank_record(scenario, options);
  driver::Run whole(scenario, options);
  const std::string expected = left_by(whole);
  driver::Run original(scenario, options);
  const Time began = blank.faults.at(0).at;
  original.advance_to(began + 2min);
  driver::Run mended(original);
  ASSERT_TRUE(mended.apply({began + 2min, events::ActionKind::end_fault, "db-refuses", "ada"}));
  driver::Run scaled(original);
  ASSERT_TRUE(scaled.apply({began + 2min, events::ActionKind::scale, "checkout", "ada", 5}));
  EXPECT_EQ(original.actions().size(), 0u);
  const std::vector<record::ActionRecord> log = scaled.actions();
  const std::string by_mending = left_by(mended);
  const std::string by_scaling = left_by(scaled);
  EXPECT_TRUE(left_by(original) == expected) << "what was done to branches is not done to the original";
  EXPECT_FALSE(by_mending == expected);
  EXPECT_FALSE(by_scaling == expected);
  EXPECT_FALSE(by_scaling == by_mending);
  // A branch is a run like any other: its seed and its log give it again from the beginning.
  driver::Run replayed(scenario, options);
  ASSERT_TRUE(replay(replayed, log));
  EXPECT_TRUE(left_by(replayed) == by_scaling);
}

// With two servers and an Alertmanager that is down when somebody acts.
TEST(Branches, LeaveTwoServersAndAStoppedAlertmanagerAlone) {
  scenario::LoadedScenario scenario = with_mindful_rules("silenced-by-mistake");
  watch_twice(scenario);
  const RunOptions options{.seed = 4};
  const Time origin = blank_record(scenario, options).judged_from;
  driver::Run whole(scenario, options);
  const std::string expected = left_by(whole);
  driver::Run original(scenario, options);
  original.advance_to(origin + 17min);
  driver::Run branch(original);
  ASSERT_TRUE(branch.apply({origin + 17min, events::ActionKind::end_fault, "stopped", "ada"}));
  const std::vector<record::ActionRecord> log = branch.actions();
  const std::string by_ending = left_by(branch);
  EXPECT_TRUE(left_by(original) == expected);
  EXPECT_FALSE(by_ending == expected);
  driver::Run replayed(scenario, options);
  ASSERT_TRUE(replay(replayed, log));
  EXPECT_TRUE(left_by(replayed) == by_ending);
}

// Many runs from one warm-up: each begins with a copy, which costs a fraction of it, and is the run that it would have
// been with a warm-up of its own.
TEST(Branches, BeginAtTheEndOfTheWarmUp) {
  const scenario::LoadedScenario scenario = load("memory-leak-at-night");
  const Time origin = blank_record(scenario, {}).judged_from;
  driver::Run whole(scenario, {});
  const std::string expected = left_by(whole);
  const double from_s = stopwatch_seconds();
  driver::Run warm(scenario, {});
  warm.advance_to(origin);
  const double warmed_up_s = stopwatch_seconds();
  constexpr int kCopies = 5;
  std::vector<std::unique_ptr<driver::Run>> copies;
  for (int i = 0; i < kCopies; ++i) copies.push_back(std::make_unique<driver::Run>(warm));
  const double copied_s = stopwatch_seconds();
  std::cout << format("a copy after the warm-up takes {:.1f} ms, 1/{:.0f} of the warm-up\n",
                      1e3 * (copied_s - warmed_up_s) / kCopies,
                      (warmed_up_s - from_s) * kCopies / (copied_s - warmed_up_s));
  ASSERT_TRUE(copies[1]->apply({origin, events::ActionKind::restart, scenario.topology.services[0].name, "ada"}));
  EXPECT_FALSE(left_by(*copies[1]) == expected);
  EXPECT_TRUE(left_by(*copies[0]) == expected) << "whatever is done to another copy";
  EXPECT_TRUE(left_by(warm) == expected) << "from which the copies were taken";
}

}  // namespace
}  // namespace firedrill::driver
