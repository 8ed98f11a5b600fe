// The seams between the worlds: who runs the services (the simulated host computes them, the live one keeps a process
// for each replica), and what of them is scraped by firedrill's own monitor.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "driver/component.h"
#include "events/action.h"
#include "fake_services/world.h"

namespace firedrill::driver {

// Tells its sink what happens, and is asked at the end for what is not told piece by piece.
class ServiceHost : public Component {
 public:
  // The one door through which anything acts on the world. The error says why it cannot be.
  virtual std::expected<void, std::string> apply(const events::Action& action) = 0;
  virtual std::vector<fake_services::FaultState> faults() const = 0;
  // The probes of the replicas, as they stand now.
  virtual std::vector<fake_services::ProbeState> probes() = 0;
};

// For the embedded monitor alone. Time stands where the host has brought it.
class ScrapeTargets {
 public:
  virtual ~ScrapeTargets() = default;
  virtual std::span<const fake_services::Target> targets() const = 0;
  virtual fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) = 0;

  // What faults make the monitor obey, and what the monitor did: all of it, and what became of the last scrape of a
  // target where something was out of the ordinary. Faults of the monitor are believed by that.
  virtual const fake_services::MonitorConditions& monitor_conditions() const = 0;
  virtual void tell(const fake_services::MonitorCounts& counts) = 0;
  virtual void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) = 0;
};

}  // namespace firedrill::driver
