// What events of a run look like in the list that a cluster keeps: `kubectl get events`.
#pragma once

#include <vector>

#include "events/event.h"
#include "events/log.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// None, where the cluster says nothing of it, or tells it itself: of probes the pods tell each that fails.
std::vector<events::ClusterEvent> cluster_events(const events::Event& event);

// Of a live run's probe_failure, where only the probe that decided is told: it counts as often as it failed to be taken
// for failed (failureThreshold); those that fail further on are not told one by one.
events::ClusterEvent unhealthy(const events::Event& event, const Topology& topology);

}  // namespace firedrill::fake_services
