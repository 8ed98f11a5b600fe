// How fast an incident may pass in the live world, whose requests take the time that they take.
#pragma once

#include "base/diagnostic.h"
#include "scenario/load.h"

namespace firedrill::driver::live {

// What of a scenario does not go as fast, each with the highest speed that it allows; and, as a warning, that windows
// hold few requests. At speed 1 nothing.
void check_speed(const scenario::LoadedScenario& scenario, double speed, Diagnostics& found);

}  // namespace firedrill::driver::live
