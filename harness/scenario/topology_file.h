// The topology's blocks as a table, and the values that come of them.
#pragma once

#include <optional>

#include "fake_services/topology/topology.h"
#include "scenario/decode.h"

namespace firedrill::scenario {

// The whole file: {services: {name: service}}.
const Block& topology_block();

// Decodes, validates and completes. Nothing if there is any error; all of them are told. `root` may be a merged tree
// (merge_nodes), the places are then those of the file that each value came from.
std::optional<fake_services::Topology> decode_topology(const Node& root, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
