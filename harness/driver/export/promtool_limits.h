// What promtool's unit tests cannot express of a run, and why.
#pragma once

#include "driver/export/rule_replay.h"

namespace firedrill::driver {

// Everything at once; empty: the run can be expressed. With the positions in the record's copies of the rule files.
Diagnostics promtool_limits(const LoadedRecord& loaded, const RuleFiles& files, const Position& record);

// The interval at which all groups of the run are evaluated; nothing if they differ.
std::optional<Duration> common_interval(const RuleFiles& files, const record::Record& record);

}  // namespace firedrill::driver
