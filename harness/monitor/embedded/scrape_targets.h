// What of the services the embedded monitor scrapes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "fake_services/world.h"

namespace firedrill::monitor {

// Of a host whose scrapes take time that passes for all others, too: they are begun, and come to an end.
class SlowScrapes {
 public:
  struct Done {
    std::size_t target = 0;
    fake_services::ScrapeResult result;
    std::vector<double> values;  // as of ScrapeTargets::scrape
  };

  virtual ~SlowScrapes() = default;
  // Of a target that has none under way. It is over after the time-out at the latest.
  virtual void begin(std::size_t target, Duration timeout) = 0;
  // One that has come to its end; nothing: there is none.
  virtual std::optional<Done> take_done() = 0;
  // When it is worth asking again; Time::max() while none is under way.
  virtual Time next_look() const = 0;
};

// Time stands where the host has brought it.
class ScrapeTargets {
 public:
  virtual ~ScrapeTargets() = default;
  // Null: scrape() says at once what comes of one.
  virtual SlowScrapes* slow_scrapes() { return nullptr; }
  virtual std::span<const fake_services::Target> targets() const = 0;
  virtual fake_services::ScrapeResult scrape(std::size_t target, std::vector<double>& values) = 0;
  // A scrape of which nobody reads anything: to the services it is as any other.
  virtual void pass_by(std::size_t target) {
    std::vector<double> unread;
    scrape(target, unread);
  }

  // What faults make the monitor obey, and what the monitor did: all of it, and what became of the last scrape of a
  // target where something was out of the ordinary. The witnesses of faults of the monitor go by that.
  virtual const fake_services::MonitorConditions& monitor_conditions() const = 0;
  virtual void tell(const fake_services::MonitorCounts& counts) = 0;
  virtual void tell(const fake_services::AlertmanagerCounts& counts) = 0;
  virtual void tell(std::size_t target, const fake_services::ScrapeOutcome& outcome) = 0;
};

}  // namespace firedrill::monitor
