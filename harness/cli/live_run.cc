#include "cli/live_run.h"

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "cli/console.h"
#include "driver/live/fitness.h"

namespace firedrill::cli {
namespace {

// The wait for what is due ends so often, to see whether somebody wants an end.
constexpr Duration kLook = 200ms;

int environment_error(const driver::live::LiveFailure& failure) {
  print_err(format("firedrill: error: {}\n", printable(failure.what)));
  print_err(format("      = help: {}\n",
                   failure.remedy.empty() ? "nothing is left running; free what it needs" : printable(failure.remedy)));
  return kEnvironment;
}

}  // namespace

std::optional<ExitCode> refuse_speed(double speed) {
  if (speed == 1) return std::nullopt;
  print_err(
      format("firedrill: error: --speed {} is not offered: rules, probes and schedules cannot be compressed yet\n"
             "      = help: leave --speed away, and give the scenario a warmup and a duration of minutes; or simulate "
             "it with --world sim\n",
             format_number(speed)));
  return kBadInput;
}

std::expected<std::unique_ptr<driver::live::LiveWorld>, ExitCode> start_live(const scenario::LoadedScenario& scenario,
                                                                             std::uint64_t seed) {
  const Diagnostics found = driver::live::misfits(scenario);
  print_diagnostics(found);
  if (has_errors(found)) return std::unexpected(kBadInput);
  auto world = driver::live::LiveWorld::start(
      scenario, {.seed = seed,
                 .is_interrupted = [] { return interrupted(); },
                 .say = [](const std::string& what) { print_err(format("{}\n", printable(what))); }});
  if (world) return std::move(*world);
  if (world.error().interrupted) return std::unexpected(kInterrupted);
  return std::unexpected(static_cast<ExitCode>(environment_error(world.error())));
}

bool run_live(driver::Run& run, const driver::live::LiveWorld& world, Time start) {
  ProgressBar progress;
  const double total = to_seconds(run.end() - start);
  while (!run.finished() && !interrupted() && !world.failure()) {
    run.advance_to(run.now() + kLook);
    progress.show(total > 0 ? to_seconds(run.now() - start) / total : 1, format_clock(run.now()));
  }
  if (run.finished()) return true;
  run.cut_short();
  print_err(format("ending: what faults did is taken back, and each process ends within its grace period\n"));
  return false;
}

}  // namespace firedrill::cli
