#include "cli/live_run.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "cli/console.h"
#include "driver/live/fitness.h"
#include "driver/speed/chance.h"

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

std::optional<ExitCode> refuse_timeout(const scenario::LoadedScenario& scenario, double speed,
                                       std::optional<Duration> timeout) {
  const scenario::Scenario& of = scenario.scenario;
  const Duration warm_up = of.warmup - driver::live::simulated_part(of, speed);
  const Duration takes = from_seconds(to_seconds(warm_up + of.duration) / speed);
  if (!timeout || *timeout >= takes) return std::nullopt;
  const std::string at_speed = speed == 1 ? std::string() : format(", at {} times its speed", format_number(speed));
  print_err(format("firedrill: error: the live run takes {} ({} of warm-up and {}{}), longer than --timeout {}\n",
                   describe_duration(takes), describe_duration(warm_up), describe_duration(of.duration), at_speed,
                   format_duration(*timeout)));
  print_err("      = help: leave --timeout away, which counts none of the run's own time, or allow at least as much\n");
  return kBadInput;
}

std::optional<ExitCode> refuse_live(const scenario::LoadedScenario& scenario, const LiveChoices& choices) {
  Diagnostics found = driver::live::misfits(scenario, choices.speed);
  // What cannot be run at all needs no look at how it would go.
  if (!has_errors(found) && choices.speed > 1) {
    print_err(format("two simulated runs are to tell whether chance would decide an alert at {} times its speed\n",
                     format_number(choices.speed)));
    driver::check_chance(scenario, choices.speed, choices.seed, choices.version, found, interrupted);
  }
  if (interrupted()) return kInterrupted;
  print_diagnostics(found);
  return has_errors(found) ? std::optional(kBadInput) : std::nullopt;
}

std::expected<std::unique_ptr<driver::live::SimulatedWarmUp>, ExitCode> simulate_warm_up(
    scenario::LoadedScenario& scenario, const LiveChoices& choices, const driver::RunOptions& options) {
  using driver::live::SimulatedWarmUp;
  if (driver::live::simulated_part(scenario.scenario, choices.speed) <= Duration(0)) return nullptr;
  const double from = stopwatch_seconds();
  print_err(format("simulating the first {} of the warm-up\n",
                   describe_duration(driver::live::simulated_part(scenario.scenario, choices.speed))));
  auto warm_up = std::make_unique<SimulatedWarmUp>(scenario, options, choices.speed);
  while (warm_up->step()) {
    if (interrupted()) return std::unexpected(kInterrupted);
  }
  if (options.budget != nullptr && options.budget->exceeded()) return std::unexpected(kBadInput);
  SimulatedWarmUp::leave_real_part(scenario, choices.speed);
  print_err(format("{} of the warm-up are simulated, in {:.1f} s; {} pass for real\n",
                   describe_duration(warm_up->until() - warm_up->from()), stopwatch_seconds() - from,
                   describe_duration(scenario.scenario.warmup)));
  return warm_up;
}

void say_what_is_lost(std::span<const record::LostAtStart> lost, Time judged_from) {
  for (const record::LostAtStart& each : lost) {
    print_err(
        format("{} {} was kept firing where the simulated part ends, until {}{}; a Prometheus that starts takes up "
               "no keep_firing_for, and it fires no longer there\n",
               printable(each.alert), printable(each.labels.to_string()), format_instant(each.until),
               each.until > judged_from ? ", into what is judged" : ""));
  }
}

std::expected<std::unique_ptr<driver::live::LiveWorld>, ExitCode> start_live(const scenario::LoadedScenario& scenario,
                                                                             const LiveChoices& choices,
                                                                             driver::live::SimulatedWarmUp* before) {
  auto world = driver::live::LiveWorld::start(
      scenario, {.seed = choices.seed,
                 .on_wall_clock = choices.on_wall_clock,
                 .speed = choices.speed,
                 .past = before == nullptr ? driver::live::PastOfPods() : before->past(choices.speed),
                 .is_interrupted = [] { return interrupted(); },
                 .say = [](const std::string& what) { print_err(format("{}\n", printable(what))); }});
  if (world) return std::move(*world);
  if (world.error().interrupted) return std::unexpected(kInterrupted);
  return std::unexpected(static_cast<ExitCode>(environment_error(world.error())));
}

std::optional<ExitCode> learn_programs(scenario::LoadedScenario& scenario, const LiveChoices& choices,
                                       const driver::live::LiveWorld& world, monitor::Evaluator evaluator) {
  auto exposed = world.exposed_by_programs();
  if (exposed.empty()) return std::nullopt;
  scenario.exposed = std::move(exposed);
  Diagnostics found;
  monitor::check_rules_at(scenario, choices.speed, evaluator, found);
  print_diagnostics(found);
  return has_errors(found) ? std::optional(kBadInput) : std::nullopt;
}

std::optional<ExitCode> run_live(driver::Run& run, const driver::live::LiveWorld& world,
                                 monitor::RealPrograms* programs, LiveView& view, Time start) {
  const double total = to_seconds(run.end() - start);
  std::optional<std::string> failure;
  while (!run.finished() && !interrupted() && !failure) {
    failure = world.failure();
    if (!failure && programs != nullptr) failure = programs->failure();
    if (failure) break;
    run.advance_to(run.now() + world.pace().of_wall(kLook));
    view.show(total > 0 ? to_seconds(run.now() - start) / total : 1, run.now());
  }
  view.clear();
  if (run.finished()) return std::nullopt;
  run.cut_short(failure.value_or("it was interrupted"));
  if (failure) print_err(format("firedrill: error: {}\n", printable(*failure)));
  print_err(format("ending: what faults did is taken back, and each process ends within its grace period\n"));
  return failure ? kEnvironment : kInterrupted;
}

std::optional<ExitCode> tell_failure(monitor::RealPrograms& programs) {
  const auto failure = programs.failure();
  if (!failure) return std::nullopt;
  print_err(format("firedrill: error: {}\n", printable(*failure)));
  print_err("      = help: what was seen until then is recorded; the verdict is none of the drill's\n");
  return kEnvironment;
}

}  // namespace firedrill::cli
