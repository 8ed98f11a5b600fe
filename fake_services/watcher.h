// Who shows the simulation to a monitor, and what the simulation asks of it.
#pragma once

#include <cstddef>
#include <span>

#include "base/time.h"
#include "fake_services/faults/observer.h"
#include "fake_services/production.h"
#include "fake_services/telemetry/telemetry_conditions.h"

namespace firedrill::fake_services {

// A pod is an index among all of them, in the order of services and replicas; those that are added stand behind.
class Watcher {
 public:
  virtual ~Watcher() = default;

  // One more replica of a service, the last of the pods; it is not listed yet.
  virtual void on_replica_added(std::size_t service, const Production& production) = 0;
  // Pods of the service have come and gone.
  virtual void on_pods_changed(std::size_t service, const Pods& pods) = 0;
  // Its process is a new one, since t.
  virtual void on_restarted(std::size_t pod, Time t) = 0;
  // What faults do to the scrapes of it from now on.
  virtual void on_conditions(std::size_t pod, const ScrapeConditions& conditions, const Production& production) = 0;

  // For the witnesses of faults: what became of scrapes, by pod, and what the monitor has done.
  virtual std::span<const ScrapeTally> scrapes() const = 0;
  virtual const MonitorCounts& monitor_counts() const = 0;
  // The same of its Alertmanager.
  virtual const AlertmanagerCounts& alertmanager_counts() const = 0;
};

}  // namespace firedrill::fake_services
