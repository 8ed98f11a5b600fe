// What the targets of the world show when they are scraped: the replicas' metrics, and the cluster's own. It reads the
// production and changes nothing in it but what was drawn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/boxed.h"
#include "base/time.h"
#include "fake_services/exporters/exporter_targets.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/observer.h"
#include "fake_services/pods/pods.h"
#include "fake_services/production.h"
#include "fake_services/telemetry/cluster_targets.h"
#include "fake_services/telemetry/disturbed_scrapes.h"
#include "fake_services/telemetry/instruments.h"
#include "fake_services/telemetry/made_series.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/own_metrics.h"
#include "fake_services/telemetry/recorded_targets.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {

class Exposition {
 public:
  struct Start {
    std::uint64_t seed = 0;
    std::vector<Time> started;           // each replica's process, before the run (pods/uptime.h)
    bool kubernetes = false;             // kube-state-metrics and the kubelets are targets too
    const Topology* topology = nullptr;  // whose exporters are targets; null: none
    Time at{};
    ReadSeries reads = {};                 // of exporters
    std::span<const Replay> replays = {};  // recordings that are targets
    Time origin{};
  };
  // `model` must outlive it. The pods are those that there are as the run begins.
  Exposition(const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults, const FlowModel& model,
             const Pods& pods, const Start& start);

  // One more slot, the last of Pods, with no pod in it yet.
  void add_slot();
  // Another pod is in a slot: its target stands behind all others.
  void add_pod(std::size_t slot, const std::vector<MetricSpec>& metrics, const std::vector<FaultSpec>& faults,
               const Production& production);
  // The pod of a slot has gone: its target is listed no more.
  void unlist(std::size_t slot);

  // Those of pods in the order of services, then those of the cluster; of pods that are made later behind them.
  std::span<const Target> targets() const { return targets_; }
  std::span<const ScrapeTally> tallies() const { return tallies_; }  // by slot

  // World::scrape.
  ScrapeResult scrape(std::size_t target, const Production& production, std::vector<double>& values,
                      const MonitorCounts& monitor, const AlertmanagerCounts& alertmanager);
  // World::pass_by.
  void pass_by(std::size_t target, const Production& production);
  // What faults do to the scrapes of the pods in a slot from now on.
  void disturb(std::size_t slot, const ScrapeConditions& conditions, const Production& production);
  // The process in a slot is a new one: its counters begin anew.
  void restarted(std::size_t slot, Time t);
  // What became of the last scrape.
  void tell(std::size_t target, const ScrapeOutcome& outcome);

 private:
  // What a pod's target is beyond its public face.
  struct Body {
    std::size_t instruments = 0;  // values of the built-in metrics
    std::size_t requests = 0;     // of these, the first, that have the version for a label
    std::size_t version = 0;      // of these, build_info
    std::vector<OwnMetric> own;
    MadeOfTarget forged;
    std::vector<const Release*> versions;  // that faults roll out to it; their series are behind all others
    Time started{};
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void add_target(const ServiceModel& model, std::size_t slot, const Pods& pods, const std::vector<MetricSpec>& metrics,
                  const std::vector<FaultSpec>& faults, Time started);
  void take_up_recordings(const Start& start);
  void take_up_cluster();
  void take_up_exporters();
  void join(Target& state_target);
  ScrapeResult scrape_cluster(std::size_t target, const Production& production, std::vector<double>& values,
                              const Vantage& at);
  static void write_versions(const Body& body, const Release* running, std::vector<double>& values);
  static std::optional<double> unanswered(const ReplicaClass& k, ReplicaTally& tally, ScrapeTally& scrapes);
  ScrapeResult scrape_pod(std::size_t target, const Production& production, std::vector<double>& values);
  void expose(std::size_t target, const Production& production, std::vector<double>& values);
  void write_own(std::size_t target, const Moment& moment, const Production& production, double* out);

  std::uint64_t seed_;
  std::vector<Target> targets_;
  std::vector<Body> bodies_;                        // of each target; of the cluster's, nothing
  std::vector<std::size_t> place_;                  // of each target: its slot, or its place among the cluster's
  std::vector<std::size_t> target_of_;              // by slot: of the pod that is in it, or was last; kNone
  std::vector<std::size_t> cluster_at_;             // the cluster's targets
  std::vector<Boxed<DisturbedScrapes>> disturbed_;  // by slot; none: no fault has touched them
  std::vector<ScrapeTally> tallies_;                // by slot
  std::optional<ClusterTargets> cluster_;
  std::optional<RecordedTargets> recorded_;
  std::optional<ExporterTargets> exporters_;
  std::vector<std::size_t> exporters_at_;  // the exporters' targets
  // What an exporter adds to kube-state-metrics: of each series of that target, whether it is the exporter's, and which
  // of its own or of the exporter's it is.
  std::vector<std::pair<bool, std::size_t>> joined_;
  std::vector<double> apart_, added_;  // scratch
  std::vector<double> counts_;         // scratch: sums over a service
  std::vector<double> sums_;
  std::vector<double> code_sums_;
};

}  // namespace firedrill::fake_services
