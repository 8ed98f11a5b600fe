// How many processes of each service a live run may come to have, which is known before it begins: numbers that
// somebody scales to, and versions that replace each other. Their addresses are had from the start.
#pragma once

#include <vector>

#include "driver/live/deploy/deployment.h"
#include "scenario/load.h"

namespace firedrill::driver::live {

// By service.
std::vector<Slots> slots_for(const scenario::LoadedScenario& scenario);

// As many as there are replicas.
std::vector<Slots> slots_for(const fake_services::Topology& topology);

}  // namespace firedrill::driver::live
