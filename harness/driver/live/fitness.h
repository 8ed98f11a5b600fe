// Whether a topology can run as processes of one machine.
#pragma once

#include <cstdint>
#include <vector>

#include "fake_services/topology/topology.h"

namespace firedrill::driver::live {

// Processes that one firedrill starts.
inline constexpr std::int64_t kMostProcesses = 256;

// What of it cannot: each with its place in the file. The topology must be valid and completed.
std::vector<fake_services::TopologyProblem> misfits(const fake_services::Topology& topology);

}  // namespace firedrill::driver::live
