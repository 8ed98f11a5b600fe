// How long the processes of replicas have been up when a run begins.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

// Of each replica of our own services, in the order of services and replicas: when its process was started, a day to
// two before `start`.
std::vector<Time> started_before(const FlowModel& model, std::uint64_t seed, Time start);

}  // namespace firedrill::fake_services
