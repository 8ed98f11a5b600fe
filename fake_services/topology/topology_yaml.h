// The topology's blocks as a table, and the values that come of them.
#pragma once

#include <optional>
#include <string_view>

#include "fake_services/exporters/own_exporters.h"
#include "fake_services/topology/topology.h"
#include "yaml/decode.h"
#include "yaml/form.h"
#include "yaml/inputs.h"

namespace firedrill::fake_services {

extern const yaml::FileForm kTopologyForm;

// The whole file: {services: {name: service}}.
const yaml::Block& topology_block();

// How the files of exporters are read that a topology names: from files; `topology` is the path of the topology's own,
// from whose folder theirs count.
ReadExporterFile exporter_files_by(yaml::Inputs& inputs, std::string_view topology);

// Decodes, validates and completes. Nothing if there is any error; all of them are told. `root` may be a merged tree
// (merge_nodes), the places are then those of the file that each value came from.
std::optional<Topology> decode_topology(const yaml::Node& root, const ReadExporterFile& read, Diagnostics& diagnostics);
// The same of a text that was found right before, without what watches it.
std::optional<Topology> decode_services(const yaml::Node& root, Diagnostics& diagnostics);

}  // namespace firedrill::fake_services
