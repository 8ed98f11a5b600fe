// What of the services the embedded monitor scrapes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fake_services/world.h"

namespace firedrill::monitor {

// Time stands where the host has brought it.
class ScrapeTargets {
 public:
  virtual ~ScrapeTargets() = default;
  virtual std::span<const fake_services::Target> targets() const = 0;
  virtual fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) = 0;

  // What faults make the monitor obey, and what the monitor did: all of it, and what became of the last scrape of a
  // target where something was out of the ordinary. The witnesses of faults of the monitor go by that.
  virtual const fake_services::MonitorConditions& monitor_conditions() const = 0;
  virtual void tell(const fake_services::MonitorCounts& counts) = 0;
  virtual void tell(const fake_services::AlertmanagerCounts& counts) = 0;
  virtual void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) = 0;
};

}  // namespace firedrill::monitor
