// What `firedrill run --monitor prometheus` has to do before and beside the run: the real programs, found, started and
// stopped.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/text/json.h"
#include "cli/exit_code.h"
#include "driver/live/live_world.h"
#include "driver/live/simulated_warm_up.h"
#include "monitor/prometheus/comparison.h"
#include "monitor/prometheus/installed.h"
#include "monitor/prometheus/real_programs.h"
#include "scenario/load.h"

namespace firedrill::cli {

// Where they are, as the command line has it; nothing: on PATH.
struct MonitorFiles {
  std::optional<std::string> prometheus;
  std::optional<std::string> alertmanager;
};

// Each says what is wrong, and what the command is to return then.
std::expected<monitor::Installed, ExitCode> installed_prometheus(const MonitorFiles& files);
std::expected<monitor::Installed, ExitCode> installed_promtool(const monitor::Installed& prometheus);
// What is started.
struct StartedPrograms {
  monitor::Installed prometheus;
  std::optional<monitor::Installed> alertmanager;
  std::optional<monitor::Installed> promtool;              // where something was before the run,
  const driver::live::SimulatedWarmUp* warm_up = nullptr;  // which is this
};
// Of a live world that is there. Alertmanager is looked for where the scenario has one.
std::expected<std::unique_ptr<monitor::RealPrograms>, ExitCode> start_programs(const scenario::LoadedScenario& scenario,
                                                                               const StartedPrograms& started,
                                                                               driver::live::LiveWorld& world);
// What the scenario asks of them at the run's speed is checked; nothing of one without an Alertmanager.
std::expected<std::optional<monitor::Installed>, ExitCode> installed_alertmanager(
    const MonitorFiles& files, const scenario::LoadedScenario& scenario, double speed);

// Errors of files that are read as a real Prometheus reads them: another --promql-version is no remedy for what that
// one has not.
void name_version(const monitor::Installed& prometheus, Diagnostics& found);

// Says how what the real ones found compares with what the embedded ones found beside them.
void print_comparison(const monitor::MonitorComparison& comparison);
json::object comparison_json(const monitor::MonitorComparison& comparison);

}  // namespace firedrill::cli
