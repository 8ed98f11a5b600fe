// What `firedrill run --world live` has to do before and beside the run itself.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "driver/live/live_world.h"
#include "driver/run.h"
#include "scenario/load.h"

namespace firedrill::cli {

// "1", "10": how many times faster than the wall's clock. Nothing is said: it can be had.
std::optional<ExitCode> refuse_speed(double speed);

// Starts the processes of the scenario; says what it does. Else what the command is to return: what is wrong has been
// said, and nothing is left running.
std::expected<std::unique_ptr<driver::live::LiveWorld>, ExitCode> start_live(const scenario::LoadedScenario& scenario,
                                                                             std::uint64_t seed);

// To its end, or until somebody interrupts it: then the run is cut short there, and is worth recording. False: it was.
bool run_live(driver::Run& run, const driver::live::LiveWorld& world, Time start);

}  // namespace firedrill::cli
