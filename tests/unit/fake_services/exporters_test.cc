// Exporters as data, and as targets of the running production.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "fake_services/exporters/attachment.h"
#include "fake_services/exporters/exporter_table.h"
#include "fake_services/exporters/exporter_texts.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "fake_services/exporters/expression.h"
#include "fake_services/exporters/signals.h"
#include "fake_services/exporters/states.h"
#include "fault_script.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// All of ours, each where it may be.
WorldSpec watched_shop(std::vector<FaultSpec> faults = {}) {
  WorldSpec spec = shop_world(std::move(faults));
  for (const std::string_view name : exporter_names()) {
    const auto exporter = find_exporter(name);
    const bool of_service = exporter->watches == Watches::replica || exporter->watches == Watches::service;
    if (!of_service) spec.topology.exporters.emplace_back(name);
    if (of_service && exporter->needs.empty() && name != "kafka") {
      for (ServiceSpec& service : spec.topology.services) {
        if (service.name == "postgres") service.exporters.emplace_back(name);
      }
    }
  }
  return spec;
}

// Sum over all exporters' targets.
double shown(const Drill& drill, std::string_view metric, std::vector<model::Label> labels = {}) {
  return drill.value("", metric, std::move(labels));
}

TEST(Exporters, AllTextsAreRight) {
  ASSERT_FALSE(exporter_texts().empty());
  for (const ExporterText& text : exporter_texts()) {
    Diagnostics diagnostics;
    const auto document =
        yaml::Document::parse(make_source(std::string(text.name), std::string(text.text)), diagnostics);
    ASSERT_NE(document, nullptr) << text.name;
    const auto exporter = decode_exporter(document->root(), diagnostics);
    ASSERT_NE(exporter, nullptr) << render(diagnostics);
    EXPECT_EQ(exporter->name, text.name);
    EXPECT_FALSE(exporter->version.empty()) << text.name;
    EXPECT_FALSE(exporter->summary.empty()) << text.name;
    for (const ExportedMetric& metric : exporter->metrics) {
      EXPECT_FALSE(metric.help.empty()) << text.name << " " << metric.name;
    }
  }
}

TEST(Exporters, EveryStateIsShownAndRaised) {
  std::set<std::string_view> shown_somewhere;
  for (const std::string_view name : exporter_names()) {
    const auto exporter = find_exporter(name);
    for (const ExportedMetric& metric : exporter->metrics) {
      for (const std::string_view source : metric.sources()) shown_somewhere.insert(source);
    }
    for (const Expression* expression : {&exporter->down, &exporter->unlisted}) {
      for (const std::uint16_t source : expression->sources()) shown_somewhere.insert(source_name(source));
    }
  }
  for (const StateKind& state : state_table()) {
    EXPECT_TRUE(shown_somewhere.contains(state.name)) << state.name;
    EXPECT_EQ(moved_by(state.name).size(), 1) << state.name;
    EXPECT_NE(state.healthy, state.bad) << state.name;
  }
}

TEST(Exporters, SeriesAreUniqueAndScrapesComplete) {
  WorldSpec spec = watched_shop();
  EXPECT_TRUE(exporter_problems(spec.topology).empty());
  Drill drill(std::move(spec));
  drill.run_for(1min);
  std::set<std::string> seen;
  std::vector<double> values;
  for (std::size_t i = 0; i < drill.world().targets().size(); ++i) {
    const ScrapeResult result = drill.world().scrape(i, values);
    const Target& target = drill.world().targets()[i];
    EXPECT_TRUE(result.up) << target.instance;
    ASSERT_EQ(values.size(), target.series.size()) << target.instance;
    for (const auto& series : target.series) {
      EXPECT_TRUE(seen.insert(series.labels.to_string()).second) << series.labels.to_string();
    }
  }
}

TEST(Exporters, DisturbNoOtherSeries) {
  Drill with(watched_shop());
  Drill without(shop_world({}));
  with.run_for(30min);
  without.run_for(30min);
  for (const char* metric : {"http_requests_total", "process_resident_memory_bytes", "active_connections"}) {
    EXPECT_EQ(with.value("checkout", metric), without.value("checkout", metric)) << metric;
  }
}

TEST(Exporters, OutliveWhatTheyWatch) {
  Drill drill(watched_shop({fault("gone", "dependency_down", target_of("postgres"), 5min, {})}));
  drill.run_for(4min);
  const double replicas = shown(drill, "pg_up");
  EXPECT_GE(replicas, 1);
  EXPECT_EQ(shown(drill, "redis_up"), replicas);
  drill.run_for(2min);
  EXPECT_EQ(shown(drill, "pg_up"), 0);
  EXPECT_GT(shown(drill, "pg_settings_max_connections"), 0);  // the exporter answers
}

TEST(Exporters, ShowTheStatesThatFaultsRaise) {
  const auto trouble = [](const char* kind, const char* what, std::string service) {
    TargetSpec target;
    target.service = std::move(service);
    return fault("t", kind, target, 5min, 10min, with(std::pair("what", std::string(what))));
  };
  {
    Drill drill(watched_shop({trouble("component_trouble", "connections_used", "postgres")}));
    drill.run_for(4min);
    const double before = shown(drill, "pg_stat_activity_count", {{"state", "active"}});
    drill.run_for(4min);
    EXPECT_GT(shown(drill, "pg_stat_activity_count", {{"state", "active"}}), 3 * before);
    EXPECT_TRUE(drill.world().faults().front().witness.observed);
    drill.run_for(10min);
    EXPECT_LT(shown(drill, "pg_stat_activity_count", {{"state", "active"}}), 2 * before);
  }
  {
    Drill drill(watched_shop({trouble("node_trouble", "disk_used", "postgres")}));
    drill.run_for(4min);
    const double before = shown(drill, "node_filesystem_avail_bytes", {{"mountpoint", "/"}});
    drill.run_for(4min);
    EXPECT_LT(shown(drill, "node_filesystem_avail_bytes", {{"mountpoint", "/"}}), 0.1 * before);
    EXPECT_TRUE(drill.world().faults().front().witness.observed);
  }
  {
    Drill drill(watched_shop({trouble("cluster_trouble", "job_failed", "")}));
    drill.run_for(8min);
    EXPECT_EQ(shown(drill, "kube_job_failed", {{"condition", "true"}}), 1);
    EXPECT_TRUE(drill.world().faults().front().witness.observed);
  }
  {
    Drill drill(watched_shop({trouble("monitor_trouble", "prometheus_config_failed", "")}));
    drill.run_for(8min);
    EXPECT_EQ(shown(drill, "prometheus_config_last_reload_successful"), 0);
    EXPECT_TRUE(drill.world().faults().front().witness.observed);
  }
}

TEST(Exporters, MakeOnlySeriesThatAreRead) {
  WorldSpec spec = watched_shop();
  spec.reads = [](const model::Labels& labels) { return labels.metric_name() == "pg_up"; };
  const World world(std::move(spec));
  std::size_t series = 0;
  for (const Target& target : world.targets()) {
    if (target.kind == TargetKind::exporter) series += target.series.size();
  }
  EXPECT_GE(series, 1);
  EXPECT_LE(series, 3);
}

std::string refused(std::string_view text) {
  Diagnostics diagnostics;
  const auto document = yaml::Document::parse(make_source("x.yaml", std::string(text)), diagnostics);
  if (document == nullptr || decode_exporter(document->root(), diagnostics) != nullptr) return "accepted";
  return render(diagnostics);
}

// Containers without limits or requests have no such series, and who names a limit alone requests as much.
TEST(Exporters, ShowTheResourcesOfContainersThatHaveSome) {
  WorldSpec spec = shop_world({});
  spec.topology.exporters = {"kube-state-metrics"};
  for (ServiceSpec& service : spec.topology.services) {
    service.cpu_limit = service.name == "web" ? 0.5 : 0;
    service.memory.limit = 0;
    service.resources = {};
    if (service.name != "checkout") continue;
    service.replicas = 1;
    service.resources.limits = {.cpu = 2, .memory = 512e6, .ephemeral_storage = {}};
    service.resources.requests.cpu = 0.25;
  }
  complete(spec.topology);
  const auto web = static_cast<double>(spec.topology.find("web")->replicas);
  Drill drill(std::move(spec));
  drill.run_for(1min);
  const auto all = [&](std::string_view metric, const char* resource, const char* container) {
    return shown(drill, metric, {{"resource", resource}, {"container", container}});
  };
  EXPECT_EQ(all("kube_pod_container_resource_limits", "cpu", "web"), 0.5 * web);
  EXPECT_EQ(all("kube_pod_container_resource_requests", "cpu", "web"), 0.5 * web);
  EXPECT_EQ(all("kube_pod_container_resource_limits", "memory", "web"), 0);
  EXPECT_EQ(all("kube_pod_container_resource_limits", "cpu", "checkout"), 2);
  EXPECT_EQ(all("kube_pod_container_resource_requests", "cpu", "checkout"), 0.25);
  EXPECT_EQ(all("kube_pod_container_resource_limits", "memory", "checkout"), 512e6);
  EXPECT_EQ(all("kube_pod_container_resource_requests", "memory", "checkout"), 512e6);
  EXPECT_EQ(all("kube_pod_container_resource_limits", "cpu", "postgres"), 0);
  EXPECT_EQ(all("kube_pod_container_resource_requests", "memory", "postgres"), 0);
}

TEST(Exporters, FilesThatAreWrongAreRefusedWithAPlace) {
  EXPECT_EQ(refused("exporter: x\nmetrics:\n  a: {value: 1}\n"), "accepted");
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {value: 2 * uptimes}\n"),
              testing::AllOf(testing::HasSubstr("x.yaml:3:"), testing::HasSubstr("there is no signal 'uptimes'")));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {value: (1 + 2}\n"), testing::HasSubstr("a ')' is missing"));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {type: gauge, rate: 1}\n"), testing::HasSubstr("is a gauge"));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {type: counter, rate: 1, present: 1}\n"),
              testing::HasSubstr("'a' is a counter, and has a 'present'"));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {type: histogram, rate: 1, mean: 1}\n"),
              testing::HasSubstr("needs 'bounds'"));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {labels: {b: '{node}'}, value: 1}\n"),
              testing::HasSubstr("stands for nothing here"));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a: {series: [{value: 1}, {value: 2}]}\n"),
              testing::HasSubstr("two series with the same labels"));
  EXPECT_THAT(refused("exporter: x\nmetrics:\n  a-b: {value: 1}\n"), testing::HasSubstr("cannot be the name"));
}

std::vector<std::string> problems(const Topology& topology) {
  std::vector<std::string> out;
  for (const TopologyProblem& problem : exporter_problems(topology)) out.push_back(problem.what);
  return out;
}

TEST(Exporters, AreAttachedWhereTheyCanWatch) {
  Topology topology = shop_world({}).topology;
  topology.exporters = {"nodes"};
  EXPECT_THAT(problems(topology), testing::ElementsAre("there is no exporter 'nodes'"));
  topology.exporters = {"postgres"};
  EXPECT_THAT(problems(topology), testing::ElementsAre("'postgres' watches a service"));
  topology.exporters = {"node", "node"};
  EXPECT_THAT(problems(topology), testing::ElementsAre("'node' is attached twice"));
  topology.exporters.clear();
  topology.services.front().exporters = {"node"};
  EXPECT_THAT(problems(topology), testing::ElementsAre("'node' watches the nodes, and no service"));
  topology.services.front().exporters = {"rabbitmq"};
  EXPECT_THAT(problems(topology), testing::ElementsAre(testing::HasSubstr("which has no consumer")));
  topology.services.front().exporters.clear();
  topology.exporter_jobs = {{"node", "node"}};
  EXPECT_THAT(problems(topology), testing::ElementsAre("no exporter 'node' is attached"));
}

TEST(Exporters, OfOneNameHaveOneType) {
  Topology topology = shop_world({}).topology;
  Diagnostics diagnostics;
  const auto document = yaml::Document::parse(
      make_source("x.yaml", "exporter: x\nmetrics:\n  pg_up: {type: counter, value: 1}\n"), diagnostics);
  topology.own_exporters.push_back(decode_exporter(document->root(), diagnostics));
  for (ServiceSpec& service : topology.services) {
    if (service.name == "postgres") service.exporters = {"postgres", "x"};
  }
  EXPECT_THAT(problems(topology), testing::ElementsAre("pg_up is a counter of 'x', and a gauge of 'postgres'"));
}

TEST(Expression, IsArithmetic) {
  const auto value = [](std::string_view text) {
    const auto parsed = Expression::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? parsed->evaluate([](std::uint16_t) { return 7.0; }) : -1;
  };
  EXPECT_EQ(value("1 + 2 * 3"), 7);
  EXPECT_EQ(value("(1 + 2) * 3 - 4 / 2"), 7);
  EXPECT_EQ(value("max(2, min(now, 9))"), 7);
  EXPECT_EQ(value("2 * (now > 6)"), 2);
  EXPECT_EQ(value("1 / 0"), 0);
  EXPECT_FALSE(Expression::parse("1 +"));
  EXPECT_FALSE(Expression::parse("1 2"));
  EXPECT_FALSE(Expression::parse("foo"));
}

}  // namespace
}  // namespace firedrill::fake_services
