// What of the scenario's own metrics never changes.
#pragma once

#include <vector>

#include "incident/expectation.h"
#include "scenario/scenario_file.h"

namespace firedrill::scenario {

// The labels that stand as a text (`=eu`) in each metric of a name, unless something changes labels before they are
// stored.
std::vector<incident::ConstantLabel> constant_labels(const ScenarioFile& file);

}  // namespace firedrill::scenario
