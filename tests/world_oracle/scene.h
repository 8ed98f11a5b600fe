// What the flow and the simulation are both given: a production, and what befalls it at one moment.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "fake_services/traffic/flow.h"

namespace firedrill::world_oracle {

using namespace fake_services;

// What befalls one service: its replicas, each, and the service as a whole.
struct ServiceScene {
  std::vector<TrafficConditions> replicas;
  ServiceConditions whole;
};

struct Scene {
  Topology topology;  // valid and completed
  FlowModel model;
  std::vector<ServiceScene> before;  // by service; nothing is wrong
  std::vector<ServiceScene> after;   // from the step on,
  std::vector<ServiceScene> later;   // and from a second after it, when what makes caches lose entries is over
  std::set<std::string> features;    // what there is in it, by name
  std::string step;                  // what happens at it, in words; empty: nothing
};

// All names of features, in the order of tables.
const std::vector<std::string>& all_features();

// A production of 2 to 12 services and faults of it; only with features that are `allowed`. `load` is the largest share
// of a service's workers that is busy where the feature `busy` is not in it.
Scene random_scene(std::uint64_t seed, const std::set<std::string>& allowed);

}  // namespace firedrill::world_oracle
