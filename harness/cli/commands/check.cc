// firedrill check PATH...: every kind of file, statically.
#include <memory>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/check_coverage.h"
#include "cli/check_speed.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/features.h"
#include "cli/reading.h"
#include "console/drill/drill_yaml.h"
#include "lint/causes.h"
#include "scenario/check.h"
#include "scenario/scenario_lints.h"
#include "suite/baseline.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::vector<std::string> paths;
  std::vector<std::string> disabled;
  ReadOptions reads;
  std::string promql_version = "3";
  Features features;
  std::string alertmanager_version = "0.33";
  bool strict = false;
  bool ignore_unknown_fields = false;
  bool syntax_only = false;
  bool coverage = false;
  std::string topology;
  double speed = 0;  // 0: nobody asks
  std::string monitor = "embedded";
  bool json = false;

  // In real time, if nothing is said of its speed.
  bool of_run() const { return speed != 0 || monitor != "embedded"; }
};

constexpr scenario::OtherKind kOthers[] = {
    {&suite::kBaselineForm,
     [](const yaml::Document& document, Diagnostics& diagnostics) { suite::decode_baseline(document, diagnostics); }},
    {&console::kDrillForm,
     [](const yaml::Document& document, Diagnostics& diagnostics) { console::decode_drill(document, diagnostics); }},
};

std::string_view verdict(bool read, const Diagnostics& warnings) {
  if (!read) return "nothing was checked";
  return warnings.empty() ? "fine" : "fine, with warnings";
}

// Warnings by their causes, so that forty alerts without a runbook are one thing to mend and not forty.
void print_found(const Diagnostics& found) {
  if (has_errors(found)) return print_diagnostics(found);
  print_err(lint::render_by_cause(found));
  if (found.size() > 1) print_err(lint::count_by_cause(found) + "\n");
}

template <typename T>
void move_to(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// --topology is about --coverage, --json about that or a live run.
ExitCode check_usage(const Options& options) {
  const auto refuse = [](std::string_view what, std::string_view help) {
    print_err(format("firedrill: error: {}\n      = help: {}\n", what, help));
    return kBadInput;
  };
  const bool of_speed = options.of_run();
  if (options.coverage && of_speed) {
    return refuse("--coverage and --speed are two different questions", "ask them one after the other");
  }
  if (options.coverage) return kPassed;
  if (!options.topology.empty()) return refuse("--topology is about the coverage of rules", "add --coverage");
  if (options.json && !of_speed) {
    return refuse("--json is about the coverage of rules or the speed of a run", "add --coverage or --speed");
  }
  return kPassed;
}

// A run under the real Prometheus reads files as that one does.
std::optional<monitor::Installed> prometheus_of_run(const Options& options, promql::Version& version) {
  if (options.monitor != "prometheus" || version != promql::Version::v3) return std::nullopt;
  const auto found = monitor::find_prometheus(std::nullopt);
  if (!found) {
    print_err("judged by the newest Prometheus, for there is none on PATH\n");
    return std::nullopt;
  }
  print_err(format("judged by the Prometheus on PATH, {}\n", printable(found->version)));
  version = monitor::semantics_of(found->version);
  return *found;
}

int check_speed(Options& options) {
  promql::Version version = promql::version_named(options.promql_version).value_or(promql::Version::v3);
  const auto prometheus = prometheus_of_run(options, version);
  const auto checked = check_speed_of(
      {.paths = options.paths,
       .speed = options.speed == 0 ? 1 : options.speed,
       .evaluator = options.monitor == "prometheus" ? monitor::Evaluator::prometheus : monitor::Evaluator::embedded,
       .version = version,
       .prometheus = prometheus,
       .reads = options.reads,
       .json = options.json});
  if (options.bounds.exceeded()) return kBadInput;
  if (!checked) {
    print_diagnostics(checked.error());
    return kBadInput;
  }
  if (options.json) {
    print_data(checked->text);
  } else {
    print_out(checked->text);
    print_diagnostics(checked->found);
  }
  return has_errors(checked->found) ? kBadInput : kPassed;
}

int check_coverage(Options& options) {
  const auto version = promql::version_named(options.promql_version).value_or(promql::Version::v3);
  const auto text = coverage_text({options.paths, options.topology, version, options.reads, options.json});
  if (options.bounds.exceeded()) return kBadInput;
  if (!text) {
    print_diagnostics(text.error());
    return kBadInput;
  }
  options.json ? print_data(*text) : print_out(*text);
  return kPassed;
}

int check(Options& options) {
  if (const ExitCode code = check_usage(options); code != kPassed) return code;
  options.bounds.start();
  if (options.coverage) return check_coverage(options);
  if (options.of_run()) return check_speed(options);
  scenario::CheckOptions check;
  check.promql.version = promql::version_named(options.promql_version).value_or(promql::Version::v3);
  options.features.apply(check.promql);
  options.features.warn_of_others();
  check.alertmanager = notify::parse_version(options.alertmanager_version).value_or(notify::kNewest);
  check.ignore_unknown_fields = options.ignore_unknown_fields;
  check.syntax_only = options.syntax_only;
  check.reads = options.reads;
  check.others = kOthers;
  check.budget = &options.bounds.budget();
  check.disabled_lints.insert(options.disabled.begin(), options.disabled.end());
  Diagnostics all;
  bool all_read = true;
  scenario::CheckedFiles together;
  for (const std::string& path : options.paths) {
    const Position file = named_file(path);
    const Activity activity(file);
    if (options.bounds.budget().exceeded()) break;
    scenario::CheckedFiles counts;
    Diagnostics found = scenario::check_path(path, check, &counts);
    const bool read = counts.read > 0;
    all_read = all_read && (read || has_errors(found));
    if (!has_errors(found)) print_out(format("{}: {}\n", printable(path), verdict(read, found)));
    all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    move_to(together.rule_files, std::move(counts.rule_files));
    move_to(together.alertmanagers, std::move(counts.alertmanagers));
    move_to(together.rosters, std::move(counts.rosters));
    move_to(together.playbooks, std::move(counts.playbooks));
    move_to(together.rule_files_of_scenarios, std::move(counts.rule_files_of_scenarios));
    move_to(together.playbooks_of_scenarios, std::move(counts.playbooks_of_scenarios));
  }
  move_to(all, scenario::lint_alertmanagers(together, check));
  move_to(all, scenario::lint_playbooks(together, check));
  print_out(scenario::alert_matrices(together));
  if (options.bounds.exceeded()) return kBadInput;
  tidy(all);
  print_found(all);
  if (has_errors(all)) return kBadInput;
  return !all_read || (options.strict && !all.empty()) ? kFailed : kPassed;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments
      .option("path", options->paths,
              "scenario folders, topologies, rule files, SLO files, on-call files, playbooks, configurations of "
              "Prometheus and Alertmanager")
      .required()
      .not_empty();
  std::vector<std::string> lints;
  for (const auto& each : scenario::all_lints()) lints.emplace_back(each.name);
  arguments.option("--disable", options->disabled, "lints not to run (firedrill list lints)")
      .separated_by(',')
      .one_of(lints);
  arguments.flag("--strict", options->strict, "exit with 1 if there are warnings");
  arguments.flag(
      "--coverage", options->coverage,
      "print which alerts have all the series that they read, and what the others lack, by rule file and by exporter");
  arguments
      .option("--topology", options->topology,
              "with --coverage: what rule files are held against (default: a small shop of firedrill's own)")
      .not_empty();
  arguments
      .option("--speed", options->speed,
              "of scenarios: what is another at this speed of `run --world live --speed`, and what is refused")
      .between(0.001, 1000);
  arguments
      .option(
          "--monitor", options->monitor,
          "of scenarios: who evaluates the rules of a live run, firedrill's own engine (embedded) or a real Prometheus")
      .one_of({"embedded", "prometheus"})
      .shows_default();
  arguments.flag("--json", options->json, "with --coverage or --speed: print it as JSON");
  arguments.flag("--ignore-unknown-fields", options->ignore_unknown_fields, "pass over unknown fields of rule files");
  arguments.flag("--syntax-only", options->syntax_only, "pass over the files that a prometheus.yml names");
  arguments
      .option("--promql-version", options->promql_version, "files as Prometheus 2.x, 3.5 or the newest 3.x reads them")
      .one_of(promql::version_names());
  options->features.declare(arguments);
  arguments
      .option("--alertmanager-version", options->alertmanager_version, "alertmanager.yml as this Alertmanager reads it")
      .one_of(std::vector<std::string>{"0.25", "0.33"});
  declare_reading(arguments, options->reads);
  options->bounds.declare(arguments);
  arguments.runs([options] { return check(*options); });
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .summary =
              "check scenarios, topologies, rule, SLO, on-call and Alertmanager files and playbooks without running "
              "anything",
          .declare = declare};
}

}  // namespace firedrill::cli
