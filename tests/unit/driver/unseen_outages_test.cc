// Outages that no SLO of success rates sees: what is answered is no error, or nothing arrives that could fail.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"
#include "base/text/format.h"
#include "driver/run.h"
#include "incident/incidents/incidents.h"
#include "scenario/load.h"

namespace firedrill::driver {
namespace {

constexpr std::string_view kScenario = R"(version: 1
name: firedrill_unseen_outages_test
summary: Nobody is served, and no request fails.
start: 2026-03-03T13:30:00Z
warmup: 10m
duration: 30m
topology: {}/scenarios/topologies/shop.yaml
slo_files: [slos.yaml]
prometheus: {{scrape_interval: 15s, evaluation_interval: 30s, rule_files: [rules.yaml]}}
faults:
  - {{id: f, at: 5m, duration: 10m, target: {{service: web}}, {}}}
expectations:
  - {{id: bound, kind: severity, no_worse_than: P3}}
)";

record::Record run(std::string_view fault) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "firedrill_unseen_outages_test";
  std::filesystem::create_directories(folder);
  EXPECT_TRUE(write_file(folder / "scenario.yaml", format(kScenario, FIREDRILL_SOURCE_DIR, fault)));
  EXPECT_TRUE(write_file(folder / "slos.yaml", "slos: [{name: Web, service: web, sli: success_rate, target: 99%}]\n"));
  EXPECT_TRUE(write_file(folder / "rules.yaml", "groups: [{name: none, rules: [{record: one, expr: vector(1)}]}]\n"));
  const auto loaded = scenario::load_scenario(folder, promql::Version::v3,
                                              {.roots = {FIREDRILL_SOURCE_DIR "/scenarios"}, .allow_outside = false});
  EXPECT_TRUE(loaded) << render(loaded.error());
  if (!loaded) return {};
  Run drill(*loaded, {.seed = 1});
  drill.advance_to(drill.end());
  return drill.finish().record;
}

TEST(UnseenOutages, AreTotalAllTheSame) {
  for (const std::string_view fault : {"kind: http_error, code: 429", "kind: http_error, code: 404",
                                       "kind: traffic_drop, cause: route, percent: 100%"}) {
    const record::Record record = run(fault);
    ASSERT_EQ(record.incidents.size(), 1U) << fault;
    const record::IncidentRecord& incident = record.incidents[0];
    EXPECT_EQ(incident.peak, record::SeverityLevel::p0) << fault;
    EXPECT_TRUE(incident.thresholds_crossed) << fault;
    EXPECT_EQ(incident.times.breached_at, record.faults.at(0).injected_at) << fault;
    EXPECT_EQ(incident.times.mitigated_at, record.faults.at(0).recovered_at) << fault;
    EXPECT_EQ(incident.measure("ttd")->text, "> 10 m") << fault;
    EXPECT_EQ(record.expectations.at(0).outcome.result, record::Verdict::fail) << fault;
  }
}

// Fewer customers come: nobody is refused anything.
TEST(UnseenOutages, ALackOfDemandIsNone) {
  const record::Record record = run("kind: traffic_drop, cause: demand, percent: 90%");
  EXPECT_EQ(record.incidents.at(0).peak, std::nullopt);
  EXPECT_EQ(record.expectations.at(0).outcome.result, record::Verdict::pass);
}

}  // namespace
}  // namespace firedrill::driver
