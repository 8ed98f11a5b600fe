// drill.yaml, beside a scenario.yaml: what makes a drill of the scenario.
#pragma once

#include "base/result.h"
#include "base/text/json.h"
#include "console/drill/drill.h"
#include "yaml/decode.h"
#include "yaml/form.h"

namespace firedrill::console {

extern const yaml::FileForm kDrillForm;
// Its form, for decoding and the schema.
extern const yaml::Block kDrillBlock;

json::value drill_schema();

// Every error at once; of one with errors what is right of it.
Drill decode_drill(const yaml::Document& document, Diagnostics& diagnostics);
Result<Drill> read_drill(const SourcePtr& source);

}  // namespace firedrill::console
