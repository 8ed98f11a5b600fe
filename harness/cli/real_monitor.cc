#include "cli/real_monitor.h"

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/console.h"
#include "driver/live/scrape_config.h"
#include "monitor/prometheus/misfits.h"

namespace firedrill::cli {
namespace {

ExitCode tell(const std::string& what, const std::string& remedy) {
  print_err(format("firedrill: error: {}\n", printable(what)));
  print_err(format("      = help: {}\n", printable(remedy.empty() ? "nothing is left running" : remedy)));
  return kEnvironment;
}

}  // namespace

std::expected<monitor::Installed, ExitCode> installed_prometheus(const MonitorFiles& files) {
  auto found = monitor::find_prometheus(files.prometheus);
  if (found) return *std::move(found);
  return std::unexpected(tell(found.error().what, found.error().remedy));
}

std::expected<monitor::Installed, ExitCode> installed_promtool(const monitor::Installed& prometheus) {
  auto found = monitor::find_promtool(prometheus);
  if (found) return *std::move(found);
  return std::unexpected(tell(found.error().what, found.error().remedy));
}

std::expected<std::optional<monitor::Installed>, ExitCode> installed_alertmanager(
    const MonitorFiles& files, const scenario::LoadedScenario& scenario, double speed) {
  const Diagnostics misfits = monitor::program_misfits(scenario, speed);
  print_diagnostics(misfits);
  if (has_errors(misfits)) return std::unexpected(kBadInput);
  if (!scenario.alertmanager) return std::nullopt;
  auto found = monitor::find_alertmanager(files.alertmanager);
  if (found) return *std::move(found);
  return std::unexpected(tell(found.error().what, found.error().remedy));
}

std::expected<std::unique_ptr<monitor::RealPrograms>, ExitCode> start_programs(const scenario::LoadedScenario& scenario,
                                                                               const StartedPrograms& started,
                                                                               driver::live::LiveWorld& world) {
  using driver::live::LiveServices;
  const monitor::ProgramWatch watch{
      .started = [&world](pid_t process) { world.post([process](LiveServices& all) { all.watch(process); }); },
      .over = [&world](pid_t process) { world.post([process](LiveServices& all) { all.forget(process); }); }};
  auto programs = monitor::RealPrograms::start(
      scenario,
      {.prometheus = started.prometheus,
       .alertmanager = started.alertmanager,
       .processes = [&scenario,
                     &world] { return driver::live::scraped_processes(scenario.topology, world.services().views()); },
       .speed = world.speed(),
       .before = started.warm_up == nullptr ? nullptr : &started.warm_up->monitor().series(),
       .promtool = started.promtool,
       .settled = [&world](Time begins) { world.loaded_to(begins); },
       .watch = watch,
       .folder_made =
           [&world](const std::string& folder) {
             world.post([folder](LiveServices& all) { all.watch_folder(folder); });
           },
       .is_interrupted = [] { return interrupted(); },
       .say = [](const std::string& what) { print_err(format("{}\n", printable(what))); }});
  if (programs) {
    if (const auto begins = (*programs)->begins()) world.settle_begin(*begins);
    return *std::move(programs);
  }
  if (programs.error().interrupted) return std::unexpected(kInterrupted);
  return std::unexpected(tell(programs.error().what, programs.error().remedy));
}

void name_version(const monitor::Installed& prometheus, Diagnostics& found) {
  for (Diagnostic& each : found) {
    if (each.remedy.find("--promql-version") == std::string::npos) continue;
    each.remedy = format("remove it, or use another Prometheus: {} is {}", prometheus.file, prometheus.version);
  }
}

void print_comparison(const monitor::MonitorComparison& comparison) {
  print_out(format("monitors: {} steps of alerts and {} notifications alike, {} apart at most; {} differences\n",
                   comparison.steps, comparison.notifications, describe_duration(comparison.farthest),
                   comparison.differences.size()));
  for (const std::string& each : comparison.differences) print_out(format("  {}\n", printable(each)));
}

json::object comparison_json(const monitor::MonitorComparison& comparison) {
  json::array differences;
  for (const std::string& each : comparison.differences) differences.push_back(json::string(each));
  return {{"steps", comparison.steps},
          {"notifications", comparison.notifications},
          {"apart_seconds", to_seconds(comparison.farthest)},
          {"differences", std::move(differences)}};
}

}  // namespace firedrill::cli
