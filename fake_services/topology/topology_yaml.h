// The topology's blocks as a table, and the values that come of them.
#pragma once

#include <optional>

#include "fake_services/topology/topology.h"
#include "yaml/decode.h"
#include "yaml/form.h"

namespace firedrill::fake_services {

extern const yaml::FileForm kTopologyForm;

// The whole file: {services: {name: service}}.
const yaml::Block& topology_block();

// Decodes, validates and completes. Nothing if there is any error; all of them are told. `root` may be a merged tree
// (merge_nodes), the places are then those of the file that each value came from.
std::optional<Topology> decode_topology(const yaml::Node& root, Diagnostics& diagnostics);

}  // namespace firedrill::fake_services
