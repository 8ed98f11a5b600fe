// The series that a scenario's targets can give.
#pragma once

#include "alerting/lint.h"
#include "scenario/load.h"

namespace firedrill::scenario {

alerting::MetricInventory metric_inventory(const LoadedScenario& scenario);

}  // namespace firedrill::scenario
