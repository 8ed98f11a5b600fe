// The simulated production in virtual time. Between two events rates are steady: requests are drawn as counts, not one
// by one (flow.h). The driver advances it, scrapes its targets, and takes what happened.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/minute.h"
#include "events/sink.h"
#include "fake_services/faults/fault.h"
#include "fake_services/pods/pod.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/topology/topology.h"
#include "model/sample.h"

namespace firedrill::fake_services {

struct WorldSpec {
  Topology topology;  // valid (validate) and completed (complete)
  std::vector<MetricSpec> metrics;
  std::vector<FaultSpec> faults;  // valid
  std::uint64_t seed = 0;
  Time start{};                 // of the simulation, before the warm-up
  Time origin{};                // end of the warm-up: faults' `at` counts from here
  bool disable_faults = false;  // for tests: faults are scheduled and reported, but change nothing
  bool kubernetes = false;      // kube-state-metrics and the kubelets are targets too, behind the replicas
};

// The others have no service, no requests and no part in the truth: they tell of the replicas' pods.
enum class TargetKind { replica, kube_state_metrics, kubelet };

// A process that is scraped.
struct Target {
  TargetKind kind = TargetKind::replica;
  std::string service;   // of ours; empty if it is no replica
  std::string pod;       // checkout-0
  std::string instance;  // checkout-0:8080
  std::string job;
  std::string name_space;
  std::string zone;
  std::size_t service_index = 0;  // of a replica
  std::size_t replica = 0;
  model::Labels labels;  // job, instance, service, pod, namespace and those of the topology: for up and its kin
  std::vector<model::SeriesInfo> series;  // grows only at the end; each scrape value has the index of its series
};

struct ScrapeResult {
  bool up = false;
  double duration = 0;        // seconds
  std::size_t samples = 0;    // values that are not absent
  bool series_added = false;  // the target's list of series has grown since its last scrape
  bool discovered = true;     // else nothing was scraped, since service discovery does not list the target
  // What the monitor has to obey of a target whose scrapes some fault touches; null: nothing. Valid until the world
  // goes on.
  const ScrapeConditions* disturbed = nullptr;
};

// The value of a series that is registered but not there yet (a code that has not occurred: real client libraries show
// it from its first occurrence on). It is Prometheus's stale marker, so that appending it is right where the series was
// there at the scrape before; where it was not, it is left out.
double absent();
bool is_absent(double value);

// How often a probe of a replica was made since the start, and failed.
struct ProbeState {
  std::string service;
  std::string pod;
  std::string instance;
  ProbeType type{};
  std::uint64_t checks = 0;
  std::uint64_t failures = 0;
};

struct FaultState {
  std::string id;
  Time injected{};
  std::optional<Time> ended;  // and what it did was over (Fault::over)
  Witness witness;
  std::vector<std::string> pods;  // the replicas it hits: checkout-0
};

class World {
 public:
  // `sink` is told what happens, and each minute when now() has reached its end; it must outlive the world.
  explicit World(WorldSpec spec, events::Sink& sink = events::nobody());
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  Time now() const;
  // When something changes by itself: a fault begins or ends, a minute is complete.
  Time next_event() const;
  // Everything up to and including t happens. t must not lie before now().
  void advance_to(Time t);

  // The faults that have begun, in order of the scenario.
  std::vector<FaultState> faults() const;

  // All probes that replicas have, in order of services and replicas.
  std::vector<ProbeState> probes();

  // Fixed at construction, but for their lists of series.
  std::span<const Target> targets() const;
  // Scrapes a target now. `values` is resized to the target's series, in their order; when the target is down it is
  // left empty and `up` is false.
  ScrapeResult scrape(std::size_t target, std::vector<double>& values);

  // What the monitor has to obey. Changes at next_event() at the earliest.
  const MonitorConditions& monitor_conditions() const;
  // What the monitor has done since the start, and what became of the last scrape of a target, for the witnesses of
  // faults. Told as it happens.
  void tell(const MonitorCounts& counts);
  void tell(std::size_t target, const ScrapeOutcome& outcome);

  const Topology& topology() const;
  std::size_t ready_replicas(std::size_t service) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::fake_services
