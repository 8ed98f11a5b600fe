// The first of the seams between the worlds: who runs the services. The simulated host computes them, the live one
// keeps a process for each replica.
#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "fake_services/world.h"

namespace firedrill::driver {

class ServiceHost {
 public:
  virtual ~ServiceHost() = default;

  // When something will happen by itself (a fault begins, a minute is complete).
  virtual Time next_event() const = 0;
  // Everything up to and including t has happened afterwards. Called with rising times.
  virtual void advance_to(Time t) = 0;
  // What happened since the last call, in order of time.
  virtual std::vector<fake_services::WorldEvent> take_events() = 0;
  // The minutes that were completed since the last call.
  virtual std::vector<fake_services::Minute> take_minutes() = 0;
  virtual std::vector<fake_services::FaultState> faults() const = 0;
  // The probes of the replicas, as they stand now.
  virtual std::vector<fake_services::ProbeState> probes() = 0;

  virtual std::span<const fake_services::Target> targets() const = 0;
  virtual fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) = 0;

  // What faults make the monitor obey, and what the monitor did: all of it, and what became of the last scrape of a
  // target where something was out of the ordinary. Faults of the monitor are believed by that.
  virtual const fake_services::MonitorConditions& monitor_conditions() const = 0;
  virtual void tell(const fake_services::MonitorCounts& counts) = 0;
  virtual void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) = 0;
};

}  // namespace firedrill::driver
