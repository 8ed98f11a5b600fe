// What of a scenario the simulated world cannot have.
#pragma once

#include "base/diagnostic.h"
#include "scenario/load.h"

namespace firedrill::scenario {

// Errors: faults that have a live form alone (fake_services/faults/live_forms.h), each at its place in the file.
Diagnostics simulated_misfits(const LoadedScenario& loaded);

}  // namespace firedrill::scenario
