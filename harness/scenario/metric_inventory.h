// The series that a scenario's targets can give.
#pragma once

#include "lint/rule_lints.h"
#include "scenario/load.h"

namespace firedrill::scenario {

lint::MetricInventory metric_inventory(const LoadedScenario& scenario);

}  // namespace firedrill::scenario
