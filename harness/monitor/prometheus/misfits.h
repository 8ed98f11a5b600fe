// What of a scenario a real Prometheus and a real Alertmanager cannot be made to do, said before anything starts.
#pragma once

#include "base/diagnostic.h"
#include "scenario/load.h"

namespace firedrill::monitor {

// Errors for what would give another run than the scenario's; warnings for what is merely done otherwise.
Diagnostics program_misfits(const scenario::LoadedScenario& scenario);

}  // namespace firedrill::monitor
