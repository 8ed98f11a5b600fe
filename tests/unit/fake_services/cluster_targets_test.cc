// kube-state-metrics and the kubelets as targets of the running production.
#include "fake_services/telemetry/cluster_targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

ProbeSpec http_probe(std::string path, std::int64_t period) {
  ProbeSpec probe;
  probe.http_get = ProbeHttpGet{.path = std::move(path), .port = "8080", .scheme = "HTTP", .host = {}, .headers = {}};
  probe.period_seconds = period;
  return probe;
}

WorldSpec probed_shop(bool kubernetes, std::vector<FaultSpec> faults = {}) {
  WorldSpec spec = shop_world(std::move(faults));
  spec.kubernetes = kubernetes;
  for (ServiceSpec& service : spec.topology.services) {
    if (service.name != "checkout") continue;
    service.zones = {"a", "b"};
    service.liveness_probe = http_probe("/health/live", 10);
    service.readiness_probe = http_probe("/health/ready", 5);
  }
  return spec;
}

// Of the targets that are no replicas: their series have no service.
double cluster(const Drill& drill, std::string_view metric, std::vector<model::Label> labels) {
  return drill.value("", metric, std::move(labels));
}

TEST(ClusterTargets, StandBehindTheReplicas) {
  const World world(probed_shop(true));
  std::vector<std::string> found;
  for (const Target& target : world.targets()) {
    if (target.kind != TargetKind::replica) found.push_back(target.labels.to_string());
  }
  EXPECT_THAT(found, testing::ElementsAre(
                         R"({instance="kube-state-metrics:8080", job="kube-state-metrics"})",
                         R"({instance="node-1:10250", job="kubelet", metrics_path="/metrics/probes", node="node-1"})",
                         R"({instance="node-a:10250", job="kubelet", metrics_path="/metrics/probes", node="node-a"})",
                         R"({instance="node-b:10250", job="kubelet", metrics_path="/metrics/probes", node="node-b"})"));
  EXPECT_EQ(World(probed_shop(false)).targets().size() + 4, world.targets().size());
}

TEST(ClusterTargets, SeriesAreUniqueAndKeepTheirOwnLabels) {
  const World world(probed_shop(true));
  std::set<std::string> seen;
  for (const Target& target : world.targets()) {
    if (target.kind == TargetKind::replica) continue;
    for (const auto& series : target.series) {
      EXPECT_TRUE(seen.insert(series.labels.to_string()).second) << series.labels.to_string();
      EXPECT_EQ(series.labels.get("job"), target.job);
      EXPECT_FALSE(series.labels.has("service")) << series.labels.to_string();
      EXPECT_EQ(series.labels.get("namespace"), "shop");
    }
  }
}

TEST(ClusterTargets, DisturbNoOtherSeries) {
  Drill with(probed_shop(true));
  Drill without(probed_shop(false));
  with.run_for(30min);
  without.run_for(30min);
  for (const char* metric : {"http_requests_total", "process_resident_memory_bytes", "active_connections"}) {
    EXPECT_EQ(with.value("checkout", metric), without.value("checkout", metric)) << metric;
  }
}

TEST(ClusterTargets, CountAllProbesOfAQuietHour) {
  Drill drill(probed_shop(true));
  drill.run_for(1h);
  const auto probes = [&](const char* type, const char* result) {
    return cluster(drill, "prober_probe_total",
                   {{"probe_type", type}, {"result", result}, {"pod", pod_at(drill.world(), "checkout", 0)}});
  };
  EXPECT_NEAR(probes("Liveness", "successful"), 360, 1);
  EXPECT_NEAR(probes("Readiness", "successful"), 720, 1);
  EXPECT_EQ(probes("Liveness", "failed"), 0);
  EXPECT_EQ(cluster(drill, "kube_deployment_status_replicas_available", {}), 10);  // all of ours
  EXPECT_EQ(cluster(drill, "kube_pod_container_status_restarts_total", {}), 0);
}

TEST(ClusterTargets, TellOfAHangThatIsRestarted) {
  Fields slow;
  slow.set("p50", Duration(120s), {});
  Drill drill(probed_shop(true, {fault("hang", "latency", target_of("checkout"), 5min, 20min, slow)}));
  const std::vector<model::Label> deployment = {{"deployment", "checkout"}};
  const std::vector<model::Label> container = {{"container", "checkout"}};
  drill.run_for(6min);
  EXPECT_EQ(cluster(drill, "kube_deployment_spec_replicas", deployment), 3);
  EXPECT_EQ(cluster(drill, "kube_deployment_status_replicas_unavailable", deployment), 3);
  EXPECT_EQ(cluster(drill, "kube_endpoint_address_available", {{"endpoint", "checkout"}}), 0);
  EXPECT_GE(cluster(drill, "prober_probe_total", {{"result", "failed"}, {"probe_type", "Liveness"}}), 9);
  double backing_off = 0;
  for (int i = 0; i < 40; ++i) {
    drill.run_for(30s);
    backing_off = std::max(backing_off, cluster(drill, "kube_pod_container_status_waiting_reason",
                                                {{"reason", "CrashLoopBackOff"}, {"container", "checkout"}}));
  }
  EXPECT_GE(backing_off, 1);
  EXPECT_GE(cluster(drill, "kube_pod_container_status_restarts_total", container), 12);
  EXPECT_GE(cluster(drill, "kube_pod_container_status_last_terminated_reason", {{"reason", "Error"}}), 1);
  drill.run_for(15min);
  EXPECT_EQ(cluster(drill, "kube_deployment_status_replicas_available", deployment), 3);
  EXPECT_EQ(cluster(drill, "kube_pod_container_status_restarts_total", {{"container", "web"}}), 0);
}

// Of node-a's two replicas of checkout the first is silenced.
TEST(ClusterTargets, AKubeletOutlivesOneOfItsPods) {
  Drill drill(probed_shop(true, {fault("gone", "dependency_down", target_of("checkout", "one"), 5min, 20min)}));
  drill.run_for(15min);
  EXPECT_GT(cluster(drill, "prober_probe_total", {{"pod", pod_at(drill.world(), "checkout", 2)}}), 0);
}

TEST(ClusterTargets, NoPodsNoTargets) {
  WorldSpec spec = shop_world();
  for (ServiceSpec& service : spec.topology.services) service.external = true;
  spec.kubernetes = true;
  EXPECT_TRUE(World(std::move(spec)).targets().empty());
}

}  // namespace
}  // namespace firedrill::fake_services
