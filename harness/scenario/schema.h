// JSON Schemas (draft 2020-12) of our own files, from the tables that decode them.
#pragma once

#include "base/text/json.h"

namespace firedrill::scenario {

json::value scenario_schema();
json::value topology_schema();

}  // namespace firedrill::scenario
