// What was before a live run: simulated, and gone on from by a monitor whose targets are new processes.
#include "driver/live/simulated_warm_up.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files/files.h"
#include "driver/sim/numbered_sim_host.h"
#include "events/event.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "scenario/load.h"

namespace firedrill::driver::live {
namespace {

constexpr std::string_view kTopology = R"(services:
  api:
    replicas: 3
    latency: 10ms
    traffic: {requests_per_second: 100, timeout: 10s}
  gone: {latency: 10ms}
exporters: [kube-state-metrics]
)";

constexpr std::string_view kRules = R"(groups:
  - name: g
    rules:
      - {record: api:requests:increase1d, expr: 'sum(increase(http_requests_total{job="api"}[1d]))'}
      - {record: api:requests:rate5m, expr: 'sum(rate(http_requests_total{job="api"}[5m]))'}
      - {alert: Gone, expr: 'absent(up{job="api"}) or absent(http_requests_total{job="api"})'}
      - {alert: Always, expr: vector(1), for: 20m}
      - {alert: Kept, expr: 'minute(vector(time())) < 45', keep_firing_for: 15m, labels: {team: a}}
      - {alert: NotKept, expr: 'minute(vector(time())) < 45'}
      - {alert: StillTrue, expr: vector(1), keep_firing_for: 15m}
      - {alert: Waits, expr: 'count(up{job="api"} == 1) == 3', for: 35m}
)";

class Listener final : public events::Sink {
 public:
  void on_event(events::Event /*event*/) override {}
  void on_transition(const events::AlertTransition& step) override {
    steps[std::string(step.labels.get("alertname"))].emplace_back(step.to, step.t);
  }
  std::map<std::string, std::vector<std::pair<events::AlertState, Time>>> steps;
};

class SimulatedBefore : public testing::Test {
 protected:
  static scenario::LoadedScenario load(const std::string& warm_up, const std::string& topology) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_before" / "drill";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(write_file(folder / "topology.yaml", topology));
    EXPECT_TRUE(write_file(folder / "rules.yml", std::string(kRules)));
    EXPECT_TRUE(
        write_file(folder / "scenario.yaml",
                   "version: 1\nname: drill\nsummary: A drill.\nstart: 2026-03-03T12:00:00Z\nwarmup: " + warm_up + R"(
duration: 30m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s, rule_files: [rules.yml]}
expectations:
  - {id: quiet, kind: alert_not_firing, alert: Gone}
)"));
    auto loaded = scenario::load_scenario(folder);
    if (!loaded) throw std::runtime_error(render(loaded.error()));
    return *std::move(loaded);
  }

  static double value(const tsdb::Store& store, const std::string& expr, Time at) {
    auto parsed = promql::parse_text(expr, {});
    if (!parsed) throw std::runtime_error(expr);
    promql::Query query(*std::move(parsed), store, {});
    const auto found = query.at(at);
    const auto* vector = found ? std::get_if<promql::Vector>(&*found) : nullptr;
    return vector != nullptr && vector->size() == 1 ? vector->front().value : -1;
  }
};

TEST_F(SimulatedBefore, IsWhatDoesNotPassForReal) {
  const auto part = [](const std::string& warm_up, double speed) {
    return simulated_part(load(warm_up, std::string(kTopology)).scenario, speed);
  };
  EXPECT_EQ(part("10m", 1), Duration(0));
  EXPECT_EQ(part("11m", 1), Duration(1min));
  EXPECT_EQ(part("90m", 10), Duration(0));
  EXPECT_EQ(part("101m", 10), Duration(91min));
  EXPECT_GT(part("auto", 1000), Duration(23h));
}

TEST_F(SimulatedBefore, IsGoneOnFrom) {
  scenario::LoadedScenario loaded = load("auto", std::string(kTopology));
  SimulatedWarmUp before(loaded, {.seed = 7}, 1);
  while (before.step()) {
  }
  const Time start = before.until();
  SimulatedWarmUp::leave_real_part(loaded, 1);
  EXPECT_EQ(loaded.scenario.start, start);
  EXPECT_EQ(loaded.scenario.warmup, Duration(10min));
  EXPECT_FALSE(before.monitor().series().select({}).empty());
  // The simulated part ends at 11:50, and what Kept watches was over at 11:45.
  const auto kept = before.kept_firing();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].alert, "Kept");
  EXPECT_EQ(kept[0].labels.to_string(), "{team=\"a\"}");
  EXPECT_NEAR(to_seconds(kept[0].until - start), 10 * 60, 15);
  EXPECT_EQ(value(before.monitor().series(), "count(up{pod=\"api-2\",instance=\"api-2:8080\"})", start), 1)
      << "as processes are called";
  EXPECT_EQ(value(before.monitor().series(), "count({__name__=~\"kube_.+\"})", start), -1);

  // Other processes of the same names, whose counters begin at 0; one service is not there any more.
  loaded.topology.services.pop_back();
  Listener listener;
  NumberedSimHost host({.topology = loaded.topology,
                        .metrics = {},
                        .faults = {},
                        .seed = 8,
                        .start = start,
                        .origin = start + 10min,
                        .certified = start},
                       listener);
  const monitor::Receivers nobody;
  monitor::EmbeddedMonitor monitor(before.monitor(), host, {}, start, listener, nobody);
  const Time end = start + 25min;
  for (Time t = start; t <= end; t = std::min(host.next_due(), monitor.next_due())) {
    host.run_due(t);
    monitor.run_due(t);
  }
  const tsdb::Store& series = monitor.series();
  for (const Duration at : {Duration(1min), Duration(6min), Duration(24min)}) {
    const Time t = start + at;
    EXPECT_NEAR(value(series, "api:requests:increase1d", t), 8.64e6, 0.01 * 8.64e6);
    EXPECT_NEAR(value(series, "api:requests:rate5m", t), 100, 10);
  }
  EXPECT_EQ(value(series, "min(count_over_time(up{job=\"api\"}[20m]))", start + 10min), 80) << "no scrape is missing";
  EXPECT_EQ(value(series, "sum(resets(http_requests_total{job=\"api\",code=\"200\"}[20m]))", start + 10min), 3);
  EXPECT_EQ(value(series, "up{job=\"gone\"}", start + 1min), -1) << "what has left has ended";
  EXPECT_EQ(listener.steps.count("Gone"), 0u);
  const auto always = listener.steps["Always"];
  ASSERT_EQ(always.size(), 2u) << "it had fired, which is told";
  EXPECT_EQ(always[1], std::pair(events::AlertState::firing, start));
  const auto waits = listener.steps["Waits"];
  ASSERT_EQ(waits.size(), 2u) << "it was pending, and fires when it has waited";
  EXPECT_EQ(waits[0], std::pair(events::AlertState::pending, start));
  EXPECT_GT(waits[1].second, start);
  EXPECT_LT(waits[1].second, start + 20min);
}

}  // namespace
}  // namespace firedrill::driver::live
