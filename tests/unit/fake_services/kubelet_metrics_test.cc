// The series that kube-state-metrics and the kubelet show of pods.
#include "fake_services/telemetry/kube_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_services/world.h"
#include "kubelet_script.h"

namespace firedrill::fake_services {
namespace {

using test::at;
using test::ScriptedProcess;

const PodIdentity kPods[] = {
    {"shop", "checkout-0", "checkout", "checkout", "uid-0", "10.0.0.1", "node-a", "checkout-5d8f"},
    {"shop", "checkout-1", "checkout", "checkout", "uid-1", "10.0.0.2", "node-b", "checkout-5d8f"},
    {"data", "postgres-0", "postgres", "postgres", "uid-2", "10.0.0.3", "node-a", "postgres-7c9b"},
};

// What is there, one line a series, of the names that contain `part`.
template <typename Metrics>
std::string shown(Metrics& metrics, std::span<const Pod* const> pods, std::string_view part,
                  std::vector<RolloutState> rollouts = {}) {
  std::vector<double> values;
  if constexpr (std::is_same_v<Metrics, KubeStateMetrics>) {
    metrics.collect(pods, rollouts, values);
  } else {
    metrics.collect(pods, values);
  }
  EXPECT_EQ(values.size(), metrics.series().size());
  std::string out = "\n";
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = metrics.series()[i].labels.to_string();
    if (!is_absent(values[i]) && name.contains(part)) out += format("{} {}\n", name, values[i]);
  }
  return out;
}

ProbeSpec every(std::int64_t period) {
  ProbeSpec spec;
  spec.period_seconds = period;
  return spec;
}

struct Cluster {
  Pod first{{.readiness_probe = every(10)}, at(0)};
  Pod second{{.readiness_probe = every(10)}, at(0)};
  Pod database{{}, at(0)};
  ScriptedProcess process;
  std::vector<PodEvent> events;
  std::vector<const Pod*> pods{&first, &second, &database};

  void run(double until) {
    for (Pod* pod : {&first, &second, &database}) test::run_until(*pod, process, at(until), events);
  }
  void crash(Pod& pod, double when, Exit exit) {
    run(when);
    pod.exited(at(when), exit, events);
  }
};

TEST(KubeStateMetrics, CountsReplicas) {
  Cluster c;
  KubeStateMetrics metrics(kPods);
  c.run(30);
  c.crash(c.second, 40, Exit{.code = 1});
  EXPECT_EQ(shown(metrics, c.pods, "replicas"), R"(
kube_deployment_spec_replicas{deployment="checkout", namespace="shop"} 2
kube_deployment_spec_replicas{deployment="postgres", namespace="data"} 1
kube_deployment_status_replicas{deployment="checkout", namespace="shop"} 2
kube_deployment_status_replicas{deployment="postgres", namespace="data"} 1
kube_deployment_status_replicas_ready{deployment="checkout", namespace="shop"} 1
kube_deployment_status_replicas_ready{deployment="postgres", namespace="data"} 1
kube_deployment_status_replicas_available{deployment="checkout", namespace="shop"} 1
kube_deployment_status_replicas_available{deployment="postgres", namespace="data"} 1
kube_deployment_status_replicas_unavailable{deployment="checkout", namespace="shop"} 1
kube_deployment_status_replicas_unavailable{deployment="postgres", namespace="data"} 0
kube_deployment_status_replicas_updated{deployment="checkout", namespace="shop"} 2
kube_deployment_status_replicas_updated{deployment="postgres", namespace="data"} 1
)");
  const Pod* gone[] = {&c.first, nullptr, &c.database};
  const std::string without = shown(metrics, gone, "kube_");
  EXPECT_THAT(without,
              testing::HasSubstr("kube_deployment_status_replicas{deployment=\"checkout\", namespace=\"shop\"} 1\n"));
  EXPECT_THAT(without, testing::Not(testing::HasSubstr("checkout-1")));
}

TEST(KubeStateMetrics, TellsHowFarARolloutHasCome) {
  Cluster c;
  KubeStateMetrics metrics(kPods);
  c.run(30);
  const std::vector<RolloutState> rollouts = {{.outdated = 1, .generation = 2, .stalled = true}, {}};
  const std::string now = shown(metrics, c.pods, "kube_deployment", rollouts);
  EXPECT_THAT(now, testing::HasSubstr(
                       "kube_deployment_status_replicas_updated{deployment=\"checkout\", namespace=\"shop\"} 1\n"));
  EXPECT_THAT(now, testing::HasSubstr(
                       "kube_deployment_status_observed_generation{deployment=\"checkout\", namespace=\"shop\"} 2\n"));
  EXPECT_EQ(shown(metrics, c.pods, "Progressing", rollouts), R"(
kube_deployment_status_condition{condition="Progressing", deployment="checkout", namespace="shop", reason="ProgressDeadlineExceeded", status="true"} 0
kube_deployment_status_condition{condition="Progressing", deployment="checkout", namespace="shop", reason="ProgressDeadlineExceeded", status="false"} 1
kube_deployment_status_condition{condition="Progressing", deployment="checkout", namespace="shop", reason="ProgressDeadlineExceeded", status="unknown"} 0
kube_deployment_status_condition{condition="Progressing", deployment="postgres", namespace="data", reason="NewReplicaSetAvailable", status="true"} 1
kube_deployment_status_condition{condition="Progressing", deployment="postgres", namespace="data", reason="NewReplicaSetAvailable", status="false"} 0
kube_deployment_status_condition{condition="Progressing", deployment="postgres", namespace="data", reason="NewReplicaSetAvailable", status="unknown"} 0
)");
}

TEST(KubeStateMetrics, CountsAddresses) {
  Cluster c;
  KubeStateMetrics metrics(kPods);
  c.run(30);
  c.crash(c.second, 40, Exit{.code = 1});
  EXPECT_EQ(shown(metrics, c.pods, "kube_endpoint"), R"(
kube_endpoint_address_available{endpoint="checkout", namespace="shop"} 1
kube_endpoint_address_available{endpoint="postgres", namespace="data"} 1
kube_endpoint_address_not_ready{endpoint="checkout", namespace="shop"} 1
kube_endpoint_address_not_ready{endpoint="postgres", namespace="data"} 0
kube_endpoint_address{endpoint="checkout", ip="10.0.0.1", namespace="shop", ready="true"} 1
kube_endpoint_address{endpoint="checkout", ip="10.0.0.2", namespace="shop", ready="false"} 1
kube_endpoint_address{endpoint="postgres", ip="10.0.0.3", namespace="data", ready="true"} 1
)");
  EXPECT_THAT(shown(metrics, std::span(c.pods), "kube_pod_owner{"),
              testing::HasSubstr(R"(owner_name="checkout-5d8f")"));
}

TEST(KubeStateMetrics, ShowsAPodInItsFirstSecond) {
  Cluster c;
  KubeStateMetrics metrics(kPods);
  EXPECT_EQ(shown(metrics, c.pods, "postgres-0"), R"(
kube_pod_status_phase{namespace="data", phase="Pending", pod="postgres-0", uid="uid-2"} 1
kube_pod_status_phase{namespace="data", phase="Succeeded", pod="postgres-0", uid="uid-2"} 0
kube_pod_status_phase{namespace="data", phase="Failed", pod="postgres-0", uid="uid-2"} 0
kube_pod_status_phase{namespace="data", phase="Unknown", pod="postgres-0", uid="uid-2"} 0
kube_pod_status_phase{namespace="data", phase="Running", pod="postgres-0", uid="uid-2"} 0
kube_pod_status_ready{condition="true", namespace="data", pod="postgres-0", uid="uid-2"} 0
kube_pod_status_ready{condition="false", namespace="data", pod="postgres-0", uid="uid-2"} 1
kube_pod_status_ready{condition="unknown", namespace="data", pod="postgres-0", uid="uid-2"} 0
kube_pod_container_status_ready{container="postgres", namespace="data", pod="postgres-0", uid="uid-2"} 0
kube_pod_container_status_running{container="postgres", namespace="data", pod="postgres-0", uid="uid-2"} 0
kube_pod_container_status_waiting{container="postgres", namespace="data", pod="postgres-0", uid="uid-2"} 1
kube_pod_container_status_terminated{container="postgres", namespace="data", pod="postgres-0", uid="uid-2"} 0
kube_pod_container_status_waiting_reason{container="postgres", namespace="data", pod="postgres-0", reason="ContainerCreating", uid="uid-2"} 1
kube_pod_info{created_by_kind="ReplicaSet", created_by_name="postgres-7c9b", namespace="data", node="node-a", pod="postgres-0", pod_ip="10.0.0.3", uid="uid-2"} 1
kube_pod_owner{namespace="data", owner_is_controller="true", owner_kind="ReplicaSet", owner_name="postgres-7c9b", pod="postgres-0", uid="uid-2"} 1
)");
}

TEST(KubeStateMetrics, ShowsReasonsOnlyWhileTheyHold) {
  Cluster c;
  KubeStateMetrics metrics(kPods);
  c.run(10);
  EXPECT_EQ(shown(metrics, c.pods, "container=\"checkout\", namespace=\"shop\", pod=\"checkout-0\", reason="), "\n");
  c.crash(c.first, 20, Exit{.code = 137, .out_of_memory = true});
  EXPECT_EQ(shown(metrics, c.pods, "container=\"checkout\", namespace=\"shop\", pod=\"checkout-0\", reason="), R"(
kube_pod_container_status_terminated_reason{container="checkout", namespace="shop", pod="checkout-0", reason="OOMKilled", uid="uid-0"} 1
)");
  c.run(30);
  EXPECT_EQ(shown(metrics, c.pods, "container=\"checkout\", namespace=\"shop\", pod=\"checkout-0\", reason="), R"(
kube_pod_container_status_last_terminated_reason{container="checkout", namespace="shop", pod="checkout-0", reason="OOMKilled", uid="uid-0"} 1
)");
  c.crash(c.first, 40, Exit{.code = 1});
  EXPECT_EQ(shown(metrics, c.pods, "container=\"checkout\", namespace=\"shop\", pod=\"checkout-0\", reason="), R"(
kube_pod_container_status_waiting_reason{container="checkout", namespace="shop", pod="checkout-0", reason="CrashLoopBackOff", uid="uid-0"} 1
kube_pod_container_status_last_terminated_reason{container="checkout", namespace="shop", pod="checkout-0", reason="Error", uid="uid-0"} 1
)");
  EXPECT_EQ(shown(metrics, c.pods, "exitcode"), R"(
kube_pod_container_status_last_terminated_exitcode{container="checkout", namespace="shop", pod="checkout-0", uid="uid-0"} 1
)");
  c.run(60);
  EXPECT_EQ(shown(metrics, c.pods, "restarts_total"), R"(
kube_pod_container_status_restarts_total{container="checkout", namespace="shop", pod="checkout-0", uid="uid-0"} 2
kube_pod_container_status_restarts_total{container="checkout", namespace="shop", pod="checkout-1", uid="uid-1"} 0
kube_pod_container_status_restarts_total{container="postgres", namespace="data", pod="postgres-0", uid="uid-2"} 0
)");
  EXPECT_THAT(shown(metrics, c.pods, "checkout-0"),
              testing::HasSubstr("state_started{container=\"checkout\", namespace=\"shop\", "
                                 "pod=\"checkout-0\", uid=\"uid-0\"} 51\n"));
}

TEST(KubeletMetrics, CountProbes) {
  Cluster c;
  KubeletMetrics metrics(kPods);
  EXPECT_EQ(shown(metrics, c.pods, ""), "\n") << "a counter appears with its first probe";
  c.process.readiness = std::string(25, 'S') + "F";
  c.run(45);
  EXPECT_EQ(shown(metrics, c.pods, "checkout-0"), R"(
prober_probe_total{container="checkout", namespace="shop", pod="checkout-0", pod_uid="uid-0", probe_type="Readiness", result="successful"} 3
prober_probe_total{container="checkout", namespace="shop", pod="checkout-0", pod_uid="uid-0", probe_type="Readiness", result="failed"} 2
)");
}

// Each metric's declared labels are those of all its series, no more and no fewer.
TEST(KubeMetrics, DescriptorsAgreeWithTheSeries) {
  const auto check = [](std::span<const KubeMetric> table, const std::vector<model::SeriesInfo>& series) {
    std::size_t seen = 0;
    for (const KubeMetric& metric : table) {
      std::vector<std::string> expected(metric.labels.begin(), metric.labels.end());
      expected.emplace_back("__name__");
      for (const model::SeriesInfo& info : series) {
        if (info.labels.metric_name() != metric.name) continue;
        ++seen;
        EXPECT_EQ(info.type, metric.type);
        std::vector<std::string> names;
        for (const model::Label& label : info.labels) names.push_back(label.name);
        EXPECT_THAT(names, testing::UnorderedElementsAreArray(expected)) << metric.name;
      }
      EXPECT_FALSE(metric.help.empty());
    }
    EXPECT_EQ(seen, series.size()) << "every series has a descriptor";
  };
  check(kube_state_metrics(), KubeStateMetrics(kPods).series());
  check(kubelet_metrics(), KubeletMetrics(kPods).series());
}

TEST(PodUid, IsAUuidOfTheNamesAndTheGeneration) {
  const std::string uid = pod_uid("shop", "checkout-0", 0);
  EXPECT_THAT(uid, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(uid, pod_uid("shop", "checkout-0", 0));
  EXPECT_NE(uid, pod_uid("shop", "checkout-0", 1));
  EXPECT_NE(uid, pod_uid("shop", "checkout-1", 0));
}

}  // namespace
}  // namespace firedrill::fake_services
