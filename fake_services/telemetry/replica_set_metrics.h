// What kube-state-metrics shows of ReplicaSets: those that have pods, and the old ones that are kept without any.
#pragma once

#include <span>
#include <vector>

#include "fake_services/pods/pods.h"
#include "fake_services/telemetry/kube_metrics.h"
#include "model/sample.h"

namespace firedrill::fake_services {

// All names, with their label sets.
std::span<const KubeMetric> replica_set_metrics();

class ReplicaSetMetrics {
 public:
  // Takes up those that there are now and were not before; their series stand behind all others.
  void take_up(const Pods& pods);
  const std::vector<model::SeriesInfo>& series() const { return series_; }
  // In the order of the series; of one that was cleaned up the stale marker (target.h, is_absent).
  void collect(const Pods& pods, std::vector<double>& values);

 private:
  struct Known {
    std::size_t service = 0;
    std::size_t set = 0;
  };
  std::vector<Known> known_;
  std::vector<std::size_t> seen_;  // by service: how many are known
  std::vector<model::SeriesInfo> series_;
  std::vector<std::vector<ReplicaSetCounts>> counts_;  // scratch, by service
};

}  // namespace firedrill::fake_services
