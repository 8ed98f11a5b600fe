// firedrill exercise RULES...: for each alert a world in which it fires, and one in which it clears.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/duration.h"
#include "base/output/output_folder.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "exercise/exercise.h"
#include "exercise/results.h"
#include "scenario/given_rules.h"

namespace firedrill::cli {
namespace {

namespace ex = firedrill::exercise;

struct Options {
  Bounds bounds;
  std::vector<std::string> rules;
  std::string topology;
  std::string out = "reports/out/exercise";
  std::string junit;
  std::string promql_version = "3";
  ReadOptions reads;
  bool metrics_only = false;
  bool force = false;
  bool json = false;
};

std::string mark_of(const ex::Outcome& outcome) {
  if (outcome.always) return "always";
  if (outcome.clock && outcome.fires) return "clock";
  return outcome.fires && outcome.clears ? "alive" : outcome.fires ? "stuck" : "silent";
}

Colour colour_of(const ex::Outcome& outcome) {
  if (outcome.always) return Colour::none;
  return outcome.fires && outcome.clears ? Colour::green : outcome.fires ? Colour::yellow : Colour::red;
}

std::string said_of(const ex::Outcome& outcome) {
  if (outcome.clock && outcome.fires) {
    return outcome.clears ? "fires and clears by the time of day or the date: it reads the clock alone"
                          : "fires all the time: " + outcome.why_not;
  }
  if (outcome.always) return "fires all the time: it reads no metric";
  if (!outcome.fires || !outcome.after) return outcome.why_not;
  std::string said = format("fires after {}", describe_duration(*outcome.after));
  if (outcome.clears) said += format(", clears after {}", describe_duration(*outcome.clears_after));
  said += outcome.by == ex::By::metric ? ", by made-up metrics" : format(", by {}", outcome.cause);
  if (!outcome.clears) said += "; " + outcome.why_not;
  return said;
}

// What fires without any fault does so for nothing, or for want of something.
std::string rest_of(const ex::Outcome& outcome) {
  if (outcome.always) return {};
  if (!outcome.gap.empty()) {
    return format("; it also fires while nothing is wrong, as nothing in the topology has {}", outcome.gap);
  }
  return outcome.noise ? "; noise: it also fires while nothing is wrong" : "";
}

void print_table(const ex::Exercise& exercise) {
  std::size_t width = 0;
  for (const ex::Outcome& outcome : exercise.outcomes) width = std::max(width, display_width(printable(outcome.alert)));
  std::string file;
  for (const ex::Outcome& outcome : exercise.outcomes) {
    if (outcome.file != file) print_out(format("{}\n", printable(outcome.file)));
    file = outcome.file;
    print_out({{"  "},
               {padded(mark_of(outcome), 7), colour_of(outcome)},
               {format("{}  {}{}\n", padded(printable(outcome.alert), width), printable(said_of(outcome)),
                       printable(rest_of(outcome)))}});
  }
}

void print_total(const ex::Exercise& exercise) {
  const ex::Totals totals = ex::totals_of(exercise);
  print_out(
      format("{} alert{}: {} fire and clear by a cause, {} by made-up metrics; {} do not clear, {} do not fire; "
             "{} fire while nothing is wrong{}{}\n",
             totals.alerts, totals.alerts == 1 ? "" : "s", totals.by_cause, totals.by_metric, totals.stuck,
             totals.silent, totals.noise,
             totals.gaps == 0 ? std::string() : format("; {} fire for want of what the topology lacks", totals.gaps),
             totals.clock == 0 ? std::string() : format("; {} fire and clear by the clock alone", totals.clock)));
}

Result<std::optional<ex::Stand>> read_stand(const Options& options) {
  if (options.topology.empty()) return std::nullopt;
  auto stand = ex::read_stand(options.topology, options.reads);
  if (!stand) return std::unexpected(stand.error());
  return *std::move(stand);
}

ExitCode check_places(const Options& options, const output::OutputFolder& folder) {
  {
    const SignalsHeld held;
    if (auto straight = output::check_no_link(options.out); !straight) return tell(straight.error());
    const std::vector<std::string> names = {"topology.yaml"};
    if (auto free = folder.check(names); !free) return tell(free.error());
  }
  if (interrupted()) return kInterrupted;
  if (options.junit.empty()) return kPassed;
  return check_output({options.junit, {}}, {.force = options.force, .replaceable = driver::is_junit});
}

ExitCode write_all(const Options& options, const output::OutputFolder& folder, const ex::Exercise& exercise) {
  const SignalsHeld held;
  const auto written = folder.write(exercise.files);
  if (!written && written.error().reason == output::Reason::interrupted) return kInterrupted;
  if (!written) return tell(written.error());
  files_are_written();
  if (options.junit.empty()) return kPassed;
  const std::string junit = ex::to_junit(exercise);
  return write_output({options.junit, junit}, {.force = options.force, .replaceable = driver::is_junit});
}

// The folder's name is the scenario's.
std::string name_of(const std::filesystem::path& out) {
  const std::filesystem::path folder = (out / "").lexically_normal().parent_path();
  return folder.filename().empty() ? "exercise" : folder.filename().string();
}

int run(Options& options) {
  options.bounds.start();
  const auto version = promql::version_named(options.promql_version).value_or(promql::Version::v3);
  const auto rules = scenario::read_given_rules(options.rules, version, options.reads);
  const auto stand = read_stand(options);
  if (options.bounds.exceeded()) return kBadInput;
  if (!rules) print_diagnostics(rules.error());
  if (!stand) print_diagnostics(stand.error());
  if (!rules || !stand) return kBadInput;
  print_diagnostics(rules->warnings);
  const output::OutputFolder folder(options.out, ex::exercise_folder(), output_hooks());
  if (const ExitCode code = check_places(options, folder); code != kPassed) return code;
  ProgressBar progress;
  const auto exercise =
      ex::exercise(*rules, *stand,
                   {.version = version,
                    .name = name_of(options.out),
                    .causes = !options.metrics_only,
                    .budget = &options.bounds.budget(),
                    .progress = [&](double share, const std::string& what) { progress.show(share, what); }});
  progress.clear();
  if (options.bounds.exceeded()) return kBadInput;
  if (!exercise) {
    print_diagnostics(exercise.error());
    return kBadInput;
  }
  options.bounds.stop();
  const ExitCode written = write_all(options, folder, *exercise);
  if (written == kInterrupted) return written;
  if (options.json) {
    print_data(write_json(ex::to_json(*exercise), JsonStyle::pretty));
  } else {
    print_table(*exercise);
    print_total(*exercise);
    for (const std::string& scenario : exercise->scenarios) {
      print_out(format("scenario: {}\n", printable((std::filesystem::path(options.out) / scenario).string())));
    }
  }
  if (written != kPassed) return written;
  const ex::Totals totals = ex::totals_of(*exercise);
  return totals.silent + totals.stuck == 0 ? kPassed : kFailed;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("rules", options->rules, "rule files").required().not_empty();
  arguments
      .option("--topology", options->topology,
              "the production whose faults are the causes (default: a small shop of firedrill's own)")
      .not_empty();
  arguments.option("--out", options->out, "folder for the scenarios that show it").not_empty().shows_default();
  arguments.option("--junit", options->junit, "file for the results as JUnit XML").not_empty();
  arguments.flag("--metrics-only", options->metrics_only, "try no causes: made-up metrics alone");
  arguments.option("--promql-version", options->promql_version, "semantics of Prometheus 2.x, 3.5 or the newest 3.x")
      .one_of(promql::version_names())
      .shows_default();
  declare_reading(arguments, options->reads);
  arguments.flag("--force", options->force, kForceHelp);
  arguments.flag("--json", options->json, "print the results as JSON");
  options->bounds.declare(arguments);
  arguments.runs([options] { return run(*options); });
}

}  // namespace

Command exercise_command() {
  return {.name = "exercise",
          .summary = "make each alert of rule files fire, and clear again: by a cause, else by made-up metrics",
          .declare = declare};
}

}  // namespace firedrill::cli
