// Probes whose time-out is cut in a run that passes faster (prober.h, timeout_at): which of them would find something
// else for it.
#pragma once

#include "base/diagnostic.h"
#include "driver/run.h"
#include "scenario/load.h"

namespace firedrill::driver {

// An error for each probe of a service that in `run`, at speed 1, is answered with success within its time-out, and
// later than it waits at that speed: with the fault that was on then, and the highest speed at which it waits as long.
// What runs into the whole time-out, is refused or answers at once finds the same either way.
void check_probes(const scenario::LoadedScenario& scenario, double speed, const Finished& run, Diagnostics& found);

}  // namespace firedrill::driver
