// The series of the two targets that see pods from outside: kube-state-metrics (v2) and the kubelet (/metrics/probes).
// All series are registered once; a scrape computes numbers from the pods' states, in the order of the series.
//
// Both are scraped with honor_labels: `namespace` and `pod` are the observed pod's, not the target's. The container has
// the service's name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fake_services/pods/pod.h"
#include "fake_services/pods/pod_identity.h"
#include "fake_services/pods/rollout.h"
#include "model/sample.h"

namespace firedrill::fake_services {

struct KubeMetric {
  std::string_view name;
  model::MetricType type{};
  std::string_view help;
  std::vector<std::string_view> labels;  // of each series, beside those of the target
};
// All names, with their label sets, for documentation and checks.
std::span<const KubeMetric> kube_state_metrics();
std::span<const KubeMetric> kubelet_metrics();

// A pod's place in both lists of series, and the deployments behind them.
class KubeStateMetrics {
 public:
  // Deployments are those that the pods name, in order of first appearance.
  explicit KubeStateMetrics(std::span<const PodIdentity> pods);
  // One more, of a deployment that is known; its series stand behind all others.
  void add(const PodIdentity& pod);
  const std::vector<model::SeriesInfo>& series() const { return series_; }
  // Pods in the order in which they were given; null: the pod does not exist now. What kube-state-metrics would not
  // show has the stale marker for a value (target.h, is_absent). Rollouts in the order of the deployments; none: all
  // pods are of the version asked for.
  void collect(std::span<const Pod* const> pods, std::span<const RolloutState> rollouts, std::vector<double>& values);

  struct DeploymentState {
    double replicas = 0;  // that there should be
    double present = 0;   // pods that exist and are not being deleted
    double ready = 0;
    RolloutState rollout;
    double endpoints = 0;  // pods that the load balancer sends requests to
    double available() const { return ready - static_cast<double>(rollout.warming); }
  };

 private:
  std::vector<std::string> names_;          // of deployments, behind that of their namespace and a slash
  std::vector<std::size_t> deployment_of_;  // by pod
  std::size_t at_first_ = 0;                // pods, whose series stand metric by metric and not pod by pod
  std::vector<DeploymentState> deployments_;
  std::vector<model::SeriesInfo> series_;
};

class KubeletMetrics {
 public:
  // One prober_probe_total for each pod, probe type and result. A counter appears with its first probe; the third
  // result that the kubelet has a name for, unknown, never occurs in it (prober.go turns it into a failure).
  explicit KubeletMetrics(std::span<const PodIdentity> pods);
  // One more, behind the others.
  void add(const PodIdentity& pod);
  const std::vector<model::SeriesInfo>& series() const { return series_; }
  void collect(std::span<const Pod* const> pods, std::vector<double>& values) const;

 private:
  std::vector<model::SeriesInfo> series_;
};

}  // namespace firedrill::fake_services
