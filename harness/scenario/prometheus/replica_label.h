// In which label two servers that watch the same may differ.
#pragma once

#include <vector>

#include "alerting/rule_file.h"
#include "base/diagnostic.h"
#include "scenario/metric_inventory.h"

namespace firedrill::scenario {

// Tells if alerts of a sound scenario with two servers may have that label by themselves: an alert's own wins, and all
// lose what is dropped. `where` is where the label is named.
void check_replica_label(const Exposing& exposing, const std::vector<alerting::RuleFile>& rule_files,
                         const Position& where, Diagnostics& diagnostics);

}  // namespace firedrill::scenario
