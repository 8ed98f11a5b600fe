// The scrape targets that are no replicas: kube-state-metrics and the kubelets, which tell of pods from outside. Their
// scrapes draw from streams of their own, so that having them changes no other series.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/pods/pod_identity.h"
#include "fake_services/pods/pods.h"
#include "fake_services/telemetry/kube_metrics.h"
#include "fake_services/telemetry/replica_set_metrics.h"
#include "fake_services/telemetry/target.h"

namespace firedrill::fake_services {

class ClusterTargets {
 public:
  // For all pods that there are as the run begins. Each zone is one node with one kubelet; pods without a zone share a
  // node. Without pods there is nothing to tell of, and there are no targets.
  ClusterTargets(const Pods& pods, std::uint64_t seed);

  // Another pod is in the slot. The targets have its series at the end of theirs; it may be on a node of its own, whose
  // kubelet is then the last target.
  void add(std::size_t slot, const Pods& pods);

  // kube-state-metrics first, then the kubelets. They are scraped with honor_labels, and only have the labels that
  // kube-prometheus leaves them (job and instance; of a kubelet also node and metrics_path): `namespace` and `pod` are
  // always those of the pod that a series is about.
  std::vector<Target> targets() const;

  // The target with this index at `now`; everything that happened to the pods before is made up for. A kubelet is
  // gone with its node.
  ScrapeResult scrape(std::size_t target, Pods& pods, Time now, std::vector<double>& values);

 private:
  // The pod that is the `number`th of its service, in the slot of Pods in which it is as long as it is there.
  struct Seen {
    std::size_t slot = 0;
    std::uint64_t number = 0;
  };
  struct Node {
    std::string name;
    std::vector<Seen> pods;
    KubeletMetrics metrics;
    RandomStream scrapes;
  };
  void add_node(std::string name, std::vector<Seen> pods, std::span<const PodIdentity> identities);
  void note_growth();
  template <typename T>
  std::vector<T> in_order(const std::vector<T>& state, const std::vector<T>& sets) const;
  static bool is_there(const Seen& seen, const Pods& pods);
  // Null: there is none.
  static std::vector<const Pod*> look_at(std::span<const Seen> which, Pods& pods, Time now);

  std::uint64_t seed_;
  std::vector<Seen> all_;
  // Of the series of kube-state-metrics so many are of pods and deployments, and then so many of ReplicaSets.
  struct Part {
    std::size_t state = 0;
    std::size_t sets = 0;
  };
  KubeStateMetrics state_;
  ReplicaSetMetrics sets_;
  std::vector<Part> parts_;                        // one behind the other
  std::vector<double> state_values_, set_values_;  // scratch
  RandomStream scrapes_;
  std::vector<Node> nodes_;
};

// The names of their series, and the jobs of the targets themselves.
std::vector<std::string_view> cluster_metric_names();
std::vector<std::string_view> cluster_jobs();

}  // namespace firedrill::fake_services
