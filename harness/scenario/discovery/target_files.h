// Files of targets, which `file_sd_configs` name (discovery/file/file.go): a list of groups, in YAML or JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promql/options.h"
#include "scenario/discovery/discovered_targets.h"
#include "yaml/inputs.h"

namespace firedrill::scenario {

// What a path, or a pattern of paths, as `file_sd_configs` have it stands for.
std::vector<std::string> find_target_files(const yaml::Inputs& inputs, std::string_view pattern,
                                           std::string_view written, const Position& named_at,
                                           Diagnostics& diagnostics);

// What is refused of it is told, in the file where it is YAML, else of it as a whole. A file that cannot be read is
// told at `named_at`.
std::vector<TargetGroup> read_target_file(yaml::Inputs& inputs, std::string_view path, const Position& named_at,
                                          promql::Version version, Diagnostics& diagnostics);

// A group of such a file in YAML, or of `static_configs`.
TargetGroup target_group(const yaml::Node& group);

}  // namespace firedrill::scenario
