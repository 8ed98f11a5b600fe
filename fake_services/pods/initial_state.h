// How the pods of a service stand when a run begins: in the steady state, where its probes allow one.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "fake_services/pods/pod.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

struct InitialPodState {
  // Its container has run for long. Otherwise it is started as the run begins, since its own probes end it each time.
  bool settled = true;
  bool ready = true;  // of one that has: its readiness probe succeeds
};
InitialPodState initial_state_of(const ServiceSpec& service);
// What tells of each of its pods that it is not up: of which nothing is told is taken for ready.
std::vector<PodEvent> events_at_start(const ServiceSpec& service, Time t);

// The probe that a starting container has to do with: the startup probe, without one the liveness probe; null: none.
const ProbeSpec* probe_of_start(const ServiceSpec& service);
// How long after a container's start that probe has ended it for sure, because the service takes longer than that to
// listen (ServiceSpec::startup); nothing if it waits long enough.
std::optional<Duration> ended_before_it_listens(const ServiceSpec& service);

}  // namespace firedrill::fake_services
