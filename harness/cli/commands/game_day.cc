// firedrill game-day SCENARIO --out DIR: the sheets by which people lead a game day, and take part in it.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "cli/scenario_path.h"
#include "driver/run.h"
#include "scenario/load.h"
#include "scenario/simulated_form.h"
#include "scenario/steady_state.h"
#include "suite/game_day.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string scenario;
  std::string out;
  std::uint64_t seed = 1;
  ReadOptions reads;
};

ExitCode check_folder(const std::filesystem::path& out, const output::OutputFolder& folder) {
  const SignalsHeld held;
  if (auto straight = output::check_no_link(out); !straight) return tell(straight.error());
  const std::vector<std::string> names = suite::game_day_names();
  if (auto free = folder.check(names); !free) return tell(free.error());
  return interrupted() ? kInterrupted : kPassed;
}

ExitCode write_folder(const output::OutputFolder& folder, std::span<const output::File> files) {
  const SignalsHeld held;
  const auto written = folder.write(files);
  if (!written && written.error().reason == output::Reason::interrupted) return kInterrupted;
  if (!written) return tell(written.error());
  files_are_written();
  return kPassed;
}

// What a sheet says was seen is worth as much as the run was.
ExitCode told_of(const record::Record& record) {
  if (record.verdict == record::Verdict::pass) return kPassed;
  print_err(
      format("warning: the simulated run did not meet what the scenario expects: {}\n      = help: `firedrill run` "
             "says why; mend the scenario before it is played\n",
             printable(record.verdict_why)));
  return record.verdict == record::Verdict::invalid ? kInvalidDrill : kFailed;
}

int run(Options& options) {
  options.bounds.start();
  const std::string path = found_scenario(options.scenario, options.reads);
  const Position file = named_file(path);
  const Activity activity(file);
  const auto loaded = scenario::load_scenario(path, promql::Version::v3, options.reads);
  if (options.bounds.exceeded()) return kBadInput;
  if (!loaded) {
    print_diagnostics(loaded.error());
    return kBadInput;
  }
  Diagnostics found = loaded->warnings;
  std::ranges::move(scenario::simulated_misfits(*loaded), std::back_inserter(found));
  std::ranges::move(scenario::unsteady_services(*loaded, &options.bounds.budget()), std::back_inserter(found));
  print_diagnostics(found);
  if (has_errors(found)) return kBadInput;
  const std::filesystem::path out = options.out;
  const output::OutputFolder folder(out, suite::game_day_folder(), output_hooks());
  if (const ExitCode code = check_folder(out, folder); code != kPassed) return code;
  driver::Run drill(*loaded, {.seed = options.seed,
                              .keep = driver::Keep::none,
                              .command = run_command(path, options.seed, options.reads, loaded->inputs),
                              .budget = &options.bounds.budget()});
  drill.advance_to(drill.end());
  if (options.bounds.exceeded()) return kBadInput;
  const record::Record record = drill.finish().record;
  if (options.bounds.exceeded()) return kBadInput;
  const std::vector<output::File> files = suite::game_day_files(*loaded, record);
  options.bounds.stop();
  if (const ExitCode code = write_folder(folder, files); code != kPassed) return code;
  for (const std::string& name : suite::game_day_names()) print_out(format("{}\n", printable((out / name).string())));
  return told_of(record);
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("scenario", options->scenario, "the scenario's folder, its scenario.yaml, or its name in scenarios/")
      .required()
      .not_empty();
  arguments.option("--out", options->out, "folder for the sheets").required().not_empty();
  const auto read_seed = [options](const std::string& text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options->seed);
    const bool read = error == std::errc() && end == text.data() + text.size();
    return read ? "" : format("'{}' is not a whole number from 0 to {}", text, UINT64_MAX);
  };
  arguments.option_read_by("--seed", read_seed, "of all chance in the simulated run (default: 1)");
  declare_reading(arguments, options->reads);
  options->bounds.declare(arguments);
  arguments.runs([options] { return run(*options); });
}

}  // namespace

Command game_day_command() {
  return {.name = "game-day",
          .summary = "write the sheets of a game day: the facilitator's, and the participants' without spoilers",
          .declare = declare};
}

}  // namespace firedrill::cli
