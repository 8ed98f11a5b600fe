#include "driver/live/simulated_warm_up.h"

#include <algorithm>

namespace firedrill::driver::live {
namespace {

// It looks whether it is to go on some tens of times.
constexpr int kSteps = 50;
constexpr Duration kMoment = std::chrono::milliseconds(1);

// What the live world has of it.
scenario::LoadedScenario as_live(scenario::LoadedScenario scenario) {
  scenario.scenario.prometheus.kubernetes_targets = false;
  scenario.topology.exporters.clear();
  scenario.topology.exporter_jobs.clear();
  for (fake_services::ServiceSpec& service : scenario.topology.services) service.exporters.clear();
  scenario.team = nullptr;
  scenario.alertmanager.reset();
  return scenario;
}

RunOptions simulated(RunOptions options) {
  options.live = nullptr;
  options.warm_up = nullptr;
  options.programs = nullptr;
  options.beside = nullptr;
  options.logs = false;
  options.numbered_pods = true;
  return options;
}

}  // namespace

Duration simulated_part(const scenario::Scenario& scenario, double speed) {
  const bool too_long = to_seconds(scenario.warmup) > to_seconds(kLongestWarmUp) * speed;
  if (!scenario.warmup_follows && !too_long) return Duration(0);
  return std::max(Duration(0), scenario.warmup - kRealPart);
}

SimulatedWarmUp::SimulatedWarmUp(const scenario::LoadedScenario& scenario, const RunOptions& options, double speed)
    : scenario_(as_live(scenario)),
      until_(scenario_.scenario.start + simulated_part(scenario_.scenario, speed)),
      run_(std::make_unique<Run>(scenario_, simulated(options))) {}

SimulatedWarmUp::~SimulatedWarmUp() = default;

// What is due at its end is the live world's.
bool SimulatedWarmUp::step() {
  const Time last = until_ - kMoment;
  run_->advance_to(std::min<Time>(last, run_->now() + (until_ - from()) / kSteps + kMoment));
  return run_->now() < last && !run_->stopped();
}

void SimulatedWarmUp::leave_real_part(scenario::LoadedScenario& scenario, double speed) {
  const Duration part = simulated_part(scenario.scenario, speed);
  scenario.scenario.start += part;
  scenario.scenario.warmup -= part;
  scenario.history.reset();
}

std::optional<Time> SimulatedWarmUp::whole_from() const {
  if (!scenario_.history) return std::nullopt;
  return scenario_.history->whole_from(scenario_.scenario.start);
}

}  // namespace firedrill::driver::live
