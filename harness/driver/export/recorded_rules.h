// The rule files that a record keeps, read again.
#pragma once

#include "driver/export/rule_replay.h"
#include "driver/outputs.h"

namespace firedrill::driver {

// In order of evaluation. Errors: a copy is missing, or is not what the run read.
Result<RuleFiles> read_recorded_rules(const LoadedRecord& loaded);

}  // namespace firedrill::driver
