// The fleet of the benchmarks, tests/bench/fleet: twenty services in a tree of calls, two replicas each.
#pragma once

#include "bench.h"
#include "fake_services/world.h"
#include "scenario/load.h"

namespace firedrill::bench {

inline const scenario::LoadedScenario& fleet() {
  static const scenario::LoadedScenario kFleet =
      value_of(scenario::load_scenario(FIREDRILL_SOURCE_DIR "/tests/bench/fleet"));
  return kFleet;
}

// The fleet as a world, without faults.
inline fake_services::WorldSpec quiet_fleet() {
  fake_services::WorldSpec spec;
  spec.topology = fleet().topology;
  spec.metrics = fleet().metrics;
  spec.seed = 1;
  spec.start = spec.origin = fleet().scenario.start;
  return spec;
}

}  // namespace firedrill::bench
