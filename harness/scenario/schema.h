// JSON Schemas (draft 2020-12) of our own files, from the tables that decode them.
#pragma once

#include <string_view>

#include "base/text/json.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

json::value scenario_schema();
json::value topology_schema();

// Of any file whose form is a table of blocks.
json::value block_file_schema(std::string_view title, const yaml::Block& block);

}  // namespace firedrill::scenario
