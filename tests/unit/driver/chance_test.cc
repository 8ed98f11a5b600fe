// Thresholds that windows with fewer requests no longer tell from what is expected.
#include "driver/speed/chance.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"

namespace firedrill::driver {
namespace {

// 1,200 requests a minute, of which one in a hundred fails: in a window of a minute the share has a standard error of
// 0.29 %, at ten times the speed of 0.9 %.
constexpr std::string_view kChanceTopology = R"(services:
  api:
    port: 8080
    replicas: 2
    latency: 10ms
    background_errors: 1%
    traffic: {requests_per_second: 20, timeout: 1s}
)";

class ChanceCheck : public testing::Test {
 protected:
  static Diagnostics found(const std::string& rules, double speed) {
    const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_chance" / "drill";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(write_file(folder / "topology.yaml", std::string(kChanceTopology)));
    EXPECT_TRUE(write_file(folder / "rules.yml", "groups:\n  - name: g\n    rules:\n" + rules));
    EXPECT_TRUE(write_file(folder / "scenario.yaml", R"(version: 1
name: drill
summary: A drill.
start: 2026-03-03T12:00:00Z
warmup: 5m
duration: 60m
topology: topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s, rule_files: [rules.yml]}
faults:
  - {id: blip, kind: http_error, code: 503, probability: 20%, target: {service: api}, at: 20m, duration: 20m}
)"));
    auto loaded = scenario::load_scenario(folder);
    if (!loaded) throw std::runtime_error(render(loaded.error()));
    Diagnostics out;
    check_chance(*loaded, speed, 7, promql::Version::v3, out, [] { return false; });
    return out;
  }
  static std::string share(const std::string& window) {
    return "sum(rate(http_requests_total{code=~\"5..\"}[" + window + "])) / sum(rate(http_requests_total[" + window +
           "]))";
  }
  static std::string alert(const std::string& name, const std::string& expr) {
    return "      - {alert: " + name + ", expr: '" + expr + "'}\n";
  }
};

TEST_F(ChanceCheck, AThresholdThatWindowsNoLongerTellIsRefused) {
  const std::string rules = alert("Near", share("1m") + " > 0.02") + alert("Far", share("5m") + " > 0.1");
  const Diagnostics fast = found(rules, 10);
  ASSERT_EQ(fast.size(), 1U) << render(fast);
  EXPECT_EQ(fast[0].severity, Severity::error);
  EXPECT_NE(fast[0].what.find("chance would decide Near: in the phase "), std::string::npos) << fast[0].what;
  EXPECT_NE(fast[0].what.find("against 0.02, and at 10 times its speed 1m of requests"), std::string::npos)
      << fast[0].what;
  EXPECT_TRUE(found(rules, 1).empty());
}

TEST_F(ChanceCheck, TheSpeedThatItNamesWorks) {
  const std::string rules = alert("Near", share("5m") + " > 0.02");
  const Diagnostics fast = found(rules, 60);
  ASSERT_EQ(fast.size(), 1U) << render(fast);
  constexpr std::string_view kBefore = "--speed ";
  const std::size_t at = fast[0].remedy.find(kBefore);
  ASSERT_NE(at, std::string::npos) << fast[0].remedy;
  const double highest = std::stod(fast[0].remedy.substr(at + kBefore.size()));
  // (1 % / (3 · sqrt(0.01 · 0.99 / 6000)))² is 6.7; of errors a few more come as retries do, and it is an estimate.
  EXPECT_GT(highest, 3);
  EXPECT_LT(highest, 14);
  EXPECT_TRUE(found(rules, highest).empty());
}

TEST_F(ChanceCheck, WhatFaultsMakeOfItCountsToo) {
  const Diagnostics during = found(alert("Half", share("1m") + " > 0.2"), 10);
  ASSERT_EQ(during.size(), 1U) << render(during);
  EXPECT_NE(during[0].what.find("in the phase fault blip"), std::string::npos) << during[0].what;
}

TEST_F(ChanceCheck, ItLooksThroughWhatRulesRecord) {
  const std::string rules =
      "      - {record: api:errors:share, expr: '" + share("1m") + "'}\n" + alert("Near", "api:errors:share > 0.02");
  EXPECT_EQ(found(rules, 10).size(), 1U);
}

TEST_F(ChanceCheck, WhatAnotherConditionDecidesIsNoMatterOfChance) {
  EXPECT_TRUE(found(alert("Never", share("1m") + " > 0.02 and on () sum(up) < 1"), 10).empty());
  EXPECT_TRUE(found(alert("Always", share("1m") + " > 0.02 or on () sum(up) > 1"), 10).empty());
}

TEST_F(ChanceCheck, LevelsAndCountsOfSamplesHaveNoWindowOfRequests) {
  EXPECT_TRUE(
      found(alert("Up", "avg_over_time(up[1m]) < 1") + alert("Busy", "max_over_time(active_connections[5m]) > 3"), 10)
          .empty());
}

}  // namespace
}  // namespace firedrill::driver
