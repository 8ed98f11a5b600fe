// The scrape targets that are no replicas: kube-state-metrics and the kubelets, which tell of pods from outside. Their
// scrapes draw from streams of their own, so that having them changes no other series.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/pods/pods.h"
#include "fake_services/telemetry/kube_metrics.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

class ClusterTargets {
 public:
  // For all pods of our own services, in the order of Pods. Each zone is one node with one kubelet; pods without a zone
  // share a node. Without pods there is nothing to tell of, and there are no targets.
  ClusterTargets(const FlowModel& model, std::uint64_t seed);

  // A place for one more pod of a service, the last of Pods. The targets have its series at the end of theirs; it may
  // be on a node of its own, whose kubelet is then the last target.
  void add_replica(const ServiceSpec& service, std::size_t replica);

  // kube-state-metrics first, then the kubelets. They are scraped with honor_labels, and only have the labels that
  // kube-prometheus leaves them (job and instance; of a kubelet also node and metrics_path): `namespace` and `pod` are
  // always those of the pod that a series is about.
  std::vector<Target> targets() const;

  // The target with this index at `now`; everything that happened to the pods before is made up for. A kubelet is
  // gone with its node.
  ScrapeResult scrape(std::size_t target, Pods& pods, Time now, std::vector<double>& values);

 private:
  struct Node {
    std::string name;
    std::vector<std::size_t> pods;
    KubeletMetrics metrics;
    RandomStream scrapes;
  };
  void add_node(std::string name, std::vector<std::size_t> pods, std::span<const PodIdentity> identities);
  // Null: there is none.
  std::vector<const Pod*> look_at(std::span<const std::size_t> which, Pods& pods, Time now) const;

  std::uint64_t seed_;
  std::vector<std::size_t> all_;  // pods
  KubeStateMetrics state_;
  RandomStream scrapes_;
  std::vector<Node> nodes_;
};

// The node on which the pods of a zone are: the label `node` of its kubelet.
std::string node_of_zone(std::string_view zone);
// The node of a replica; of services without zones all are on one.
std::string node_of(const ServiceSpec& service, std::size_t replica);

// The names of their series, and the jobs of the targets themselves.
std::vector<std::string_view> cluster_metric_names();
std::vector<std::string_view> cluster_jobs();

}  // namespace firedrill::fake_services
