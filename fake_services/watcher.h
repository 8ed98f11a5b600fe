// Who shows the simulation to a monitor, and what the simulation asks of it.
#pragma once

#include <cstddef>
#include <span>

#include "base/time.h"
#include "fake_services/faults/observer.h"
#include "fake_services/production.h"
#include "fake_services/telemetry/telemetry_conditions.h"

namespace firedrill::fake_services {

// A slot is that of a pod (pods/pods.h), an index among all of them: first those that there are as the run begins, in
// the order of services and replicas, then as they are added.
class Watcher {
 public:
  virtual ~Watcher() = default;

  // One more slot; no pod is in it yet.
  virtual void on_slot_added() = 0;
  // Another pod is in the slot; the pod that was in it has gone.
  virtual void on_pod_made(std::size_t slot, const Production& production) = 0;
  virtual void on_pod_removed(std::size_t slot) = 0;
  // The process in it is a new one, since t.
  virtual void on_restarted(std::size_t slot, Time t) = 0;
  // What faults do to the scrapes of whatever pod is in it from now on.
  virtual void on_conditions(std::size_t slot, const ScrapeConditions& conditions, const Production& production) = 0;

  // For the witnesses of faults: what became of scrapes, by slot, and what the monitor has done.
  virtual std::span<const ScrapeTally> scrapes() const = 0;
  virtual const MonitorCounts& monitor_counts() const = 0;
  // The same of its Alertmanager.
  virtual const AlertmanagerCounts& alertmanager_counts() const = 0;
};

}  // namespace firedrill::fake_services
