// What `firedrill run --world live` has to do before and beside the run itself.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cli/exit_code.h"
#include "cli/live_view.h"
#include "driver/live/live_world.h"
#include "driver/live/simulated_warm_up.h"
#include "driver/run.h"
#include "monitor/prometheus/real_programs.h"
#include "monitor/speed/faster_rules.h"
#include "scenario/load.h"

namespace firedrill::cli {

struct LiveChoices {
  std::uint64_t seed = 1;
  double speed = 1;            // of an incident's time
  bool on_wall_clock = false;  // processes tell instants by the wall's clock, for who monitors them has no other
  promql::Version version = promql::Version::v3;
};
// Whether a --timeout that was asked for leaves the run the time that it takes by its own clock, which the bound does
// not count: nobody who gives less wants to wait for it. Nothing: it does.
std::optional<ExitCode> refuse_timeout(const scenario::LoadedScenario& scenario, double speed,
                                       std::optional<Duration> timeout);
// Whether the scenario can be run so, before anything is started; nothing: it can. What is wrong has been said.
std::optional<ExitCode> refuse_live(const scenario::LoadedScenario& scenario, const LiveChoices& choices);
// What of the warm-up does not pass for real is simulated, and taken from the scenario; null: all of it does. `options`
// are the run's.
std::expected<std::unique_ptr<driver::live::SimulatedWarmUp>, ExitCode> simulate_warm_up(
    scenario::LoadedScenario& scenario, const LiveChoices& choices, const driver::RunOptions& options);
// Which of the alerts that fire as the simulated part ends a real Prometheus has not taken up, if there are any.
void say_what_is_lost(std::span<const record::LostAtStart> lost, Time judged_from);
// Starts the processes of the scenario; says what it does. Else what the command is to return: what is wrong has been
// said, and nothing is left running.
// `before`: from which its processes go on; null: they begin anew.
std::expected<std::unique_ptr<driver::live::LiveWorld>, ExitCode> start_live(const scenario::LoadedScenario& scenario,
                                                                             const LiveChoices& choices,
                                                                             driver::live::SimulatedWarmUp* before);
// What programs of the user's own expose has types that nothing else says: from now on the scenario has them. Nothing:
// its rules can be taken so at this speed; else what the command is to return, and what is wrong has been said.
std::optional<ExitCode> learn_programs(scenario::LoadedScenario& scenario, const LiveChoices& choices,
                                       const driver::live::LiveWorld& world, monitor::Evaluator evaluator);

// To its end, or until somebody interrupts it, or a process without which it cannot go on has ended: then the run is
// cut short there, and is worth recording. `programs`: null where the embedded monitor monitors. Nothing: it came to
// its end; else what the command is to return.
std::optional<ExitCode> run_live(driver::Run& run, const driver::live::LiveWorld& world,
                                 monitor::RealPrograms* programs, LiveView& view, Time start);

// Of a run that came to its end: whether it was so until all had been asked of the real programs. Nothing: it was.
std::optional<ExitCode> tell_failure(monitor::RealPrograms& programs);

}  // namespace firedrill::cli
