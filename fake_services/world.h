// The simulated production in virtual time. Between two events rates are steady: requests are drawn as counts, not one
// by one (flow.h). The driver advances it, scrapes its targets, and takes what happened.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/action.h"
#include "events/sink.h"
#include "fake_services/faults/fault.h"
#include "fake_services/pods/pod.h"
#include "fake_services/pods/pod_listing.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/topology/topology.h"
#include "fake_services/world_spec.h"
#include "model/sample.h"

namespace firedrill::fake_services {

class World {
 public:
  // `sink` is told what happens, and each minute when now() has reached its end; it must outlive the world.
  explicit World(WorldSpec spec, events::Sink& sink = events::nobody());
  // A copy that goes on by itself from here and tells another sink: as if it had been the one all along.
  World(const World& other, events::Sink& sink);
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  Time now() const;
  // When something changes by itself: a fault begins or ends, a minute is complete.
  Time next_event() const;
  // Everything up to and including t happens. t must not lie before now().
  void advance_to(Time t);
  // The run ends now: services write of what they have not written of yet. Time does not go on then.
  void write_last_lines();

  // Lets something happen to the world, at the action's time; a step that is on ends now. The faults of the scenario
  // come through this door as well, when the world is made. The error says why it cannot be.
  std::expected<void, std::string> apply(const events::Action& action);

  // The faults that have begun, in order of the scenario.
  std::vector<FaultState> faults() const;

  // All probes that replicas have, in order of services and replicas.
  std::vector<ProbeState> probes();

  // Those of pods that are made as time goes on stand behind the others, and none is ever taken out: of one that is
  // gone it is said that it is not listed.
  std::span<const Target> targets() const;
  // Scrapes a target now. `values` is resized to the target's series, in their order; when the target is down it is
  // left empty and `up` is false.
  ScrapeResult scrape(std::size_t target, std::vector<double>& values);
  // As much of a scrape as shows in what comes: what was counted is drawn then.
  void pass_by(std::size_t target);
  // No logs are written from now on.
  void stop_writing();

  // What the monitor has to obey. Changes at next_event() at the earliest.
  const MonitorConditions& monitor_conditions() const;
  // What the monitor has done since the start, and what became of the last scrape of a target, for the witnesses of
  // faults. Told as it happens.
  void tell(const MonitorCounts& counts);
  void tell(const AlertmanagerCounts& counts);
  void tell(std::size_t target, const ScrapeOutcome& outcome);

  const Topology& topology() const;
  std::size_t ready_replicas(std::size_t service) const;
  // Of our own services: how many replicas one is to have, and the pods that there are.
  std::size_t wanted_replicas(std::size_t service) const;
  std::vector<ListedPod> pods() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace firedrill::fake_services
