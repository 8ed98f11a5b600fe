#include "fake_services/telemetry/replica_set_metrics.h"

#include "base/text/numbers.h"

namespace firedrill::fake_services {
namespace {

using model::Label;
using model::MetricType;

struct Row {
  KubeMetric metric;
  double (*value)(const ReplicaSet& set, const ReplicaSetCounts& counts);
};

double generation(const ReplicaSet& set, const ReplicaSetCounts&) {
  return static_cast<double>(set.generation);
}
double present(const ReplicaSet&, const ReplicaSetCounts& counts) {
  return static_cast<double>(counts.present);
}

const std::vector<Row>& rows() {
  const std::vector<std::string_view> labels = {"namespace", "replicaset"};
  const MetricType gauge = MetricType::gauge;
  static const std::vector<Row> table = {
      {{"kube_replicaset_created", gauge, "When the ReplicaSet was made, in unix seconds.", labels},
       [](const ReplicaSet& set, const ReplicaSetCounts&) { return to_seconds(set.created); }},
      {{"kube_replicaset_status_replicas", gauge, "Pods that there are of it.", labels}, present},
      {{"kube_replicaset_status_fully_labeled_replicas", gauge, "The same, with the labels of its template.", labels},
       present},
      {{"kube_replicaset_status_ready_replicas", gauge, "Pods of it that are ready.", labels},
       [](const ReplicaSet&, const ReplicaSetCounts& counts) { return static_cast<double>(counts.ready); }},
      {{"kube_replicaset_status_observed_generation", gauge, "The version that was acted upon.", labels}, generation},
      {{"kube_replicaset_spec_replicas", gauge, "Pods that there should be of it.", labels},
       [](const ReplicaSet& set, const ReplicaSetCounts&) { return static_cast<double>(set.wanted); }},
      {{"kube_replicaset_metadata_generation", gauge, "The version of what is asked for.", labels}, generation},
      {{"kube_replicaset_owner",
        gauge,
        "The Deployment that it belongs to.",
        {"namespace", "replicaset", "owner_kind", "owner_name", "owner_is_controller"}},
       [](const ReplicaSet&, const ReplicaSetCounts&) { return 1.0; }},
  };
  return table;
}

std::string value_of(std::string_view label, const ServiceSpec& service, const ReplicaSet& set) {
  if (label == "namespace") return service.name_space;
  if (label == "owner_kind") return "Deployment";
  if (label == "owner_name") return service.name;
  if (label == "owner_is_controller") return "true";
  return set.name;
}

}  // namespace

std::span<const KubeMetric> replica_set_metrics() {
  static const std::vector<KubeMetric> all = [] {
    std::vector<KubeMetric> out;
    for (const Row& row : rows()) out.push_back(row.metric);
    return out;
  }();
  return all;
}

void ReplicaSetMetrics::take_up(const Pods& pods) {
  seen_.resize(pods.services(), 0);
  for (std::size_t s = 0; s < seen_.size(); ++s) {
    const std::vector<ReplicaSet>& sets = pods.revisions(s).all();
    for (; seen_[s] < sets.size(); ++seen_[s]) {
      const ReplicaSet& set = sets[seen_[s]];
      known_.push_back({s, seen_[s]});
      for (const Row& row : rows()) {
        std::vector<Label> labels = {{std::string(model::kMetricName), std::string(row.metric.name)}};
        for (const std::string_view label : row.metric.labels) {
          labels.push_back({std::string(label), value_of(label, pods.spec(s), set)});
        }
        series_.push_back({model::Labels::from(std::move(labels)), row.metric.type});
      }
    }
  }
}

void ReplicaSetMetrics::collect(const Pods& pods, std::vector<double>& values) {
  values.clear();
  values.reserve(series_.size());
  counts_.resize(seen_.size());
  for (std::size_t s = 0; s < seen_.size(); ++s) {
    if (seen_[s] > 0) counts_[s] = pods.replica_sets(s);
  }
  const double absent = stale_marker();
  for (const auto& [service, index] : known_) {
    const ReplicaSet& set = pods.revisions(service).at(index);
    for (const Row& row : rows()) values.push_back(set.there ? row.value(set, counts_[service][index]) : absent);
  }
}

}  // namespace firedrill::fake_services
