// Whether a topology can run as processes of one machine.
#pragma once

#include <cstdint>
#include <vector>

#include "base/diagnostic.h"
#include "fake_services/topology/topology.h"
#include "scenario/load.h"

namespace firedrill::driver::live {

// Processes that one firedrill starts.
inline constexpr std::int64_t kMostProcesses = 256;

// What of it cannot: each with its place in the file. The topology must be valid and completed.
std::vector<fake_services::TopologyProblem> misfits(const fake_services::Topology& topology);

// What of a scenario cannot be had in the live world, and, as warnings, what nobody sees there. `speed`: of an
// incident's time, beside that of requests.
Diagnostics misfits(const scenario::LoadedScenario& scenario, double speed = 1);

}  // namespace firedrill::driver::live
