#include "suite/run_suite.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/bounds/activity.h"
#include "base/clock.h"
#include "base/parallel.h"
#include "base/text/format.h"
#include "driver/outputs.h"
#include "driver/run.h"
#include "scenario/load.h"
#include "scenario/simulated_form.h"
#include "scenario/steady_state.h"
#include "suite/summarise.h"

namespace firedrill::suite {
namespace {

using reports::suite::ScenarioRun;

class SuiteRun {
 public:
  SuiteRun(std::span<const ScenarioFile> scenarios, const Options& options, const Host& host)
      : scenarios_(scenarios), options_(options), host_(host) {}

  Outcome run() {
    const std::size_t all = scenarios_.size() * options_.seeds.size();
    outcome_.runs.resize(all);
    in_parallel(all, options_.jobs, [&](std::size_t i) {
      if (host_.interrupted()) return;
      const ScenarioFile& file = scenarios_[i / options_.seeds.size()];
      outcome_.runs[i] = run_one(file, options_.seeds[i % options_.seeds.size()]);
      const std::lock_guard lock(one_at_a_time_);
      host_.progress(++done_, all);
    });
    outcome_.interrupted = host_.interrupted();
    return std::move(outcome_);
  }

 private:
  ScenarioRun run_one(const ScenarioFile& file, std::uint64_t seed) {
    const Position whole{make_source(file.file.shown(), {}), 0, 0};
    const Activity activity(whole);
    Budget budget;
    host_.limit(budget);
    ScenarioRun run = simulate(file, seed, whole, budget);
    run.scenario = file.name;
    run.seed = seed;
    run.file = whole;
    return run;
  }

  ScenarioRun simulate(const ScenarioFile& file, std::uint64_t seed, const Position& whole, Budget& budget) {
    ScenarioRun failed;
    const bool before = options_.ran_before && options_.ran_before(file.name);
    auto loaded = scenario::load_scenario(file.file, options_.promql, options_.rules,
                                          before ? scenario::Misfit::judged : scenario::Misfit::refused);
    if (!loaded) {
      failed.errors = std::move(loaded.error());
      note(&Outcome::bad_input);
      return failed;
    }
    failed.warnings = loaded->warnings;
    std::ranges::move(scenario::simulated_misfits(*loaded), std::back_inserter(failed.warnings));
    std::ranges::move(scenario::unsteady_services(*loaded, &budget), std::back_inserter(failed.warnings));
    if (has_errors(failed.warnings)) {
      failed.errors = std::exchange(failed.warnings, {});
      note(&Outcome::bad_input);
      return failed;
    }
    const std::string folder = options_.seeds.size() == 1 ? file.name : format("{}-seed-{}", file.name, seed);
    if (auto free = may_write(folder, *loaded); !free) return not_written(std::move(failed), free.error());
    const double from = stopwatch_seconds();
    driver::Run drill(*loaded, {.seed = seed,
                                .promql = options_.promql,
                                .command = host_.command(file, seed, loaded->inputs),
                                .budget = &budget});
    advance(drill, loaded->scenario.start);
    if (host_.interrupted()) return failed;
    if (budget.exceeded()) return too_much(std::move(failed), budget);
    const driver::Finished finished = drill.finish();
    if (budget.exceeded()) return too_much(std::move(failed), budget);
    ScenarioRun run = summarise(finished.record, *loaded, whole);
    run.warnings = failed.warnings;
    run.folder = folder;
    run.seconds = stopwatch_seconds() - from;
    const auto files =
        driver::output_files(finished, {run.seconds, file.file.shown(), host_.place(folder), finished.statistics});
    if (auto written = write(folder, files); !written) return not_written(std::move(failed), written.error());
    return run;
  }

  // To the end, unless an end is wanted.
  void advance(driver::Run& drill, Time start) const {
    const Duration step = std::max<Duration>(1s, (drill.end() - start) / 400);
    while (!drill.finished() && !host_.interrupted()) drill.advance_to(drill.now() + step);
  }

  output::Outcome<void> may_write(const std::string& folder, const scenario::LoadedScenario& loaded) {
    const std::vector<std::string> names = driver::output_names(loaded);
    const std::lock_guard lock(one_at_a_time_);
    return host_.check(folder, names);
  }

  output::Outcome<void> write(const std::string& folder, std::span<const output::File> files) {
    const std::lock_guard lock(one_at_a_time_);
    return host_.write(folder, files);
  }

  ScenarioRun not_written(ScenarioRun run, output::Error& error) {
    if (error.reason == output::Reason::interrupted) return run;
    note(error.reason == output::Reason::refused ? &Outcome::bad_input : &Outcome::environment);
    run.errors = std::move(error.diagnostics);
    return run;
  }

  ScenarioRun too_much(ScenarioRun run, const Budget& budget) {
    note(&Outcome::bad_input);
    run.errors = {budget.diagnostic()};
    return run;
  }

  void note(bool Outcome::* what) {
    const std::lock_guard lock(one_at_a_time_);
    outcome_.*what = true;
  }

  std::span<const ScenarioFile> scenarios_;
  const Options& options_;
  const Host& host_;
  std::mutex one_at_a_time_;
  std::size_t done_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome run_suite(std::span<const ScenarioFile> scenarios, const Options& options, const Host& host) {
  return SuiteRun(scenarios, options, host).run();
}

}  // namespace firedrill::suite
