// firedrill run SCENARIO: a scenario from its files to its reports.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bounds/activity.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/output/kept.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/numbers.h"
#include "base/version.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/live_run.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "cli/real_monitor.h"
#include "cli/scenario_path.h"
#include "driver/outputs.h"
#include "driver/run.h"
#include "monitor/prometheus/changing_jobs.h"
#include "reports/course_rows.h"
#include "reports/words.h"
#include "scenario/load.h"
#include "scenario/simulated_form.h"
#include "scenario/steady_state.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string scenario;
  std::string world = "sim";
  std::string monitor = "embedded";
  MonitorFiles programs;
  double speed = 1;
  std::uint64_t seed = 1;
  std::optional<std::string> out;
  std::string keep = "needed";
  std::string scrape_phase;
  ReadOptions reads;
  std::string promql_version = "3";
  bool json = false;

  bool has_programs() const { return monitor != "embedded"; }
};

ExitCode exit_code(record::Verdict verdict) {
  switch (verdict) {
    case record::Verdict::pass:
      return kPassed;
    case record::Verdict::fail:
      return kFailed;
    case record::Verdict::invalid:
      return kInvalidDrill;
    case record::Verdict::scored:
      return kPassed;  // nobody works what is run
  }
  return kFailed;
}

Colour colour_of(record::Verdict verdict) {
  return verdict == record::Verdict::pass   ? Colour::green
         : verdict == record::Verdict::fail ? Colour::red
                                            : Colour::yellow;
}

// The command that gives the same record again: only what is not the default, and no path of this machine, since a
// record does not depend on where it was made. What may be read elsewhere (--root, --allow-outside) is for whoever runs
// it to say: a record may come from anybody.
std::string reproducing_command(const Options& options, const std::filesystem::path& scenario,
                                std::span<const InputFile> inputs) {
  std::string command = run_command(scenario, options.seed, options.reads, inputs);
  if (options.world != "sim") command += " --world " + options.world;
  if (options.speed != 1) command += " --speed " + format_number(options.speed);
  if (options.monitor != "embedded") command += " --monitor " + options.monitor;
  if (options.keep != "needed") command += " --keep " + options.keep;
  if (!options.scrape_phase.empty()) command += " --scrape-phase " + options.scrape_phase;
  if (options.promql_version != "3") command += " --promql-version " + options.promql_version;
  return command;
}

void print_expectations(const record::Record& record) {
  std::size_t width = 0;
  for (const auto& expectation : record.expectations) width = std::max(width, display_width(printable(expectation.id)));
  for (const auto& expectation : record.expectations) {
    const auto& outcome = expectation.outcome;
    const std::string mark = padded(record::to_string(outcome.result), 8);
    const std::string indent(2 + 8 + width + 2, ' ');
    print_out({{"  "},
               {mark, colour_of(outcome.result)},
               {format("{}  {}\n", padded(printable(expectation.id), width), printable(outcome.expected))}});
    if (!outcome.observed.empty()) print_out({{indent}, {printable(outcome.observed), Colour::dim}, {"\n"}});
    if (!outcome.why.empty()) print_out({{indent}, {printable(outcome.why), Colour::yellow}, {"\n"}});
  }
}

// Of several, each with what was measured instead; of one the verdict says it.
void print_faults_without_effect(const record::Record& record) {
  const auto unseen = [](const record::FaultRecord& fault) { return !fault.witness.seen_at; };
  if (std::ranges::count_if(record.faults, unseen) < 2) return;
  for (const record::FaultRecord& fault : record.faults) {
    if (!unseen(fault)) continue;
    const std::string why = fault.witness.what.empty() ? std::string() : ": " + printable(fault.witness.what);
    print_out(format("  no effect of fault {}{}\n", printable(fault.id), why));
  }
}

void print_incidents(const record::Record& record) {
  for (const auto& incident : record.incidents) {
    std::string line = format("  incident {}", printable(incident.id));
    if (incident.peak) line += format(", {}", record::to_string(*incident.peak));
    for (const auto& measure : incident.measures) {
      if (measure.name == "ttd" || measure.name == "ttm" || measure.name == "ttr") {
        line += format(", {} {}", measure.name, printable(measure.text));
      }
    }
    print_out(line + "\n");
  }
}

// Where record and reports are; nothing: nowhere.
struct Written {
  std::optional<std::filesystem::path> record;  // their folders
  std::optional<std::filesystem::path> reports;
};

void print_result(const record::Record& record, const driver::RunMetadata& run, const Written& written) {
  const auto verdict = record.verdict;
  print_out({{format("{}: ", printable(record.scenario))},
             {std::string(record::to_string(verdict)), colour_of(verdict)},
             {record.verdict_why.empty() ? "\n" : format(". {}\n", printable(record.verdict_why))}});
  print_faults_without_effect(record);
  print_expectations(record);
  print_incidents(record);
  if (const std::string published = reports::course_headline(record); !published.empty())
    print_out(format("  {}\n", printable(published)));
  if (const std::string strain = reports::strain_words(record); !strain.empty()) {
    print_out(format("  {}\n", printable(strain)));
  }
  const double speed = to_seconds(run.statistics.virtual_time) / std::max(run.wall_seconds, 1e-9);
  const std::string took =
      record.speed ? format("of the incident live, at {} times its speed, which took {}", format_number(*record.speed),
                            describe_duration(from_seconds(run.wall_seconds)))
      : record.world == "live"
          ? std::string("live, in real time")
          : format("simulated in {:.2f} s ({} times real time)", run.wall_seconds, describe_count(speed));
  print_err(format("{} {}, {} samples, {} rule evaluations\n", describe_duration(run.statistics.virtual_time), took,
                   describe_count(static_cast<double>(run.statistics.samples)),
                   describe_count(static_cast<double>(run.statistics.rule_evaluations))));
  if (written.reports) print_out(format("report: {}\n", printable((*written.reports / "report.html").string())));
}

void print_json(const record::Record& record, const std::optional<monitor::MonitorComparison>& comparison,
                const Written& written) {
  const auto place_of = [](const std::optional<std::filesystem::path>& folder, const char* name) {
    return folder ? json::value((*folder / name).string()) : json::value();
  };
  json::array expectations;
  for (const auto& expectation : record.expectations) {
    const auto& outcome = expectation.outcome;
    expectations.push_back(json::object{{"id", expectation.id},
                                        {"kind", expectation.kind},
                                        {"result", std::string(record::to_string(outcome.result))},
                                        {"expected", outcome.expected},
                                        {"observed", outcome.observed},
                                        {"why", outcome.why}});
  }
  json::object result{{"scenario", record.scenario},
                      {"seed", record.seed},
                      {"verdict", std::string(record::to_string(record.verdict))},
                      {"why", record.verdict_why},
                      {"expectations", expectations},
                      {"record", place_of(written.record, "record.json")},
                      {"report", place_of(written.reports, "report.html")}};
  if (comparison) result["monitors"] = comparison_json(*comparison);
  print_data(write_json(result, JsonStyle::pretty));
}

// Runs to the end with a progress bar.
void run_to_end(driver::Run& run, Time start) {
  ProgressBar progress;
  const double total = to_seconds(run.end() - start);
  while (!run.finished()) {
    // A few hundred looks at the terminal in a run, however long it is.
    run.advance_to(run.now() + std::max<Duration>(1s, (run.end() - start) / 400));
    progress.show(total > 0 ? to_seconds(run.now() - start) / total : 1, format_clock(run.now()));
  }
}

// Before the run, so that nobody waits for it in vain.
ExitCode check_folder(const std::filesystem::path& out, const output::OutputFolder& folder,
                      const scenario::LoadedScenario& scenario, std::int64_t least_room) {
  const SignalsHeld held;
  if (auto straight = output::check_no_link(out); !straight) return tell(straight.error());
  const std::vector<std::string> names = driver::output_names(scenario);
  if (auto free = folder.check(names); !free) return tell(free.error());
  if (least_room > 0) {
    if (auto room = output::check_room(out, least_room); !room) return tell(room.error());
  }
  return interrupted() ? kInterrupted : kPassed;
}

output::Outcome<std::vector<output::OutputFolder::Kept>> write_folder(const output::OutputFolder& folder,
                                                                      std::span<const output::File> files) {
  const SignalsHeld held;
  auto written = folder.write(files);
  if (written) files_are_written();
  return written;
}

// Of a run that cannot be made again.
Written kept(std::span<const output::File> files) {
  const auto elsewhere = keep_elsewhere(files, "record.json");
  if (!elsewhere) return {};
  return {elsewhere->folder, elsewhere->whole ? std::optional(elsewhere->folder) : std::nullopt};
}

// Which monitor there is follows from the world, and which PromQL from the Prometheus.
std::optional<ExitCode> refuse_monitor(const Options& options) {
  const bool real = options.has_programs();
  if (real && options.world != "live") {
    print_err(
        "firedrill: error: a real Prometheus cannot be driven by the virtual clock of the simulated world\n"
        "      = help: run with --world live, or with --monitor embedded\n");
    return kBadInput;
  }
  if (real || (!options.programs.prometheus && !options.programs.alertmanager)) return std::nullopt;
  print_err(
      "firedrill: error: --prometheus and --alertmanager are of --monitor prometheus\n"
      "      = help: add --world live --monitor prometheus, or leave them away\n");
  return kBadInput;
}

std::expected<promql::Version, ExitCode> version_of(const Options& options,
                                                    const std::optional<monitor::Installed>& prometheus) {
  const auto asked = promql::version_named(options.promql_version).value_or(promql::Version::v3);
  if (!prometheus) return asked;
  const promql::Version real = monitor::semantics_of(prometheus->version);
  if (asked == promql::Version::v3 || asked == real) return real;
  print_err(format(
      "firedrill: error: {} is Prometheus {}, whose semantics are those of --promql-version {}, not {}\n"
      "      = help: leave --promql-version away, or name another Prometheus with --prometheus FILE\n",
      printable(prometheus->file), printable(prometheus->version), promql::to_string(real), options.promql_version));
  return std::unexpected(kBadInput);
}

int run(Options& options) {
  if (options.world == "sim" && options.speed != 1) {
    print_err("firedrill: error: --speed is of the live world: the simulated one takes no time\n");
    return kBadInput;
  }
  if (const auto refused = refuse_monitor(options)) return *refused;
  options.bounds.start();
  std::optional<monitor::Installed> prometheus;
  if (options.has_programs()) {
    auto found = installed_prometheus(options.programs);
    if (!found) return found.error();
    prometheus = *std::move(found);
  }
  const auto version = version_of(options, prometheus);
  if (!version) return version.error();
  const std::string path = found_scenario(options.scenario, options.reads);
  const Position file = named_file(path);
  const Activity activity(file);
  auto loaded = scenario::load_scenario(path, *version, options.reads);
  if (options.bounds.exceeded()) return kBadInput;
  if (!loaded) {
    if (prometheus) name_version(*prometheus, loaded.error());
    print_diagnostics(loaded.error());
    return kBadInput;
  }
  if (options.world == "sim") {
    std::ranges::move(scenario::simulated_misfits(*loaded), std::back_inserter(loaded->warnings));
  }
  std::ranges::move(scenario::unsteady_services(*loaded, &options.bounds.budget()),
                    std::back_inserter(loaded->warnings));
  print_diagnostics(loaded->warnings);
  if (has_errors(loaded->warnings)) return kBadInput;
  if (!options.scrape_phase.empty()) {
    loaded->scenario.prometheus.scrape_phase =
        options.scrape_phase == "aligned" ? scenario::ScrapePhase::aligned : scenario::ScrapePhase::spread;
  }
  print_err(format("firedrill {}, {}, seed {}\n", kVersion, printable(loaded->scenario.name), options.seed));
  const std::filesystem::path out = options.out.value_or("reports/out/" + loaded->scenario.name);
  const output::OutputFolder folder(out, driver::run_folder(), output_hooks());
  // The same run of the simulated world takes a moment; what real processes did there is once.
  const bool is_once = options.world == "live";
  const std::int64_t least_room = is_once ? driver::kRoomOfRun : 0;
  if (const ExitCode code = check_folder(out, folder, *loaded, least_room); code != kPassed) return code;
  std::optional<monitor::Installed> alertmanager;
  std::optional<monitor::Installed> promtool;  // of a run before which something is simulated
  if (prometheus) {
    auto found = installed_alertmanager(options.programs, *loaded, options.speed);
    if (!found) return found.error();
    alertmanager = *std::move(found);
  }
  driver::RunOptions run_options{.seed = options.seed,
                                 .promql = *version,
                                 .keep = driver::parse_keep(options.keep).value_or(driver::Keep::needed),
                                 .command = reproducing_command(options, path, loaded->inputs),
                                 .budget = &options.bounds.budget()};
  std::unique_ptr<driver::live::SimulatedWarmUp> warm_up;
  std::unique_ptr<driver::live::LiveWorld> live;
  std::unique_ptr<monitor::RealPrograms> programs;  // which end before what they watch
  std::optional<SignalsHeld> held;                  // a signal asks for an end, and the record is written
  if (options.world == "live") {
    held.emplace();
    // Of a run that passes faster the rules have the incident's clock, as processes do.
    const LiveChoices choices{.seed = options.seed,
                              .speed = options.speed,
                              .on_wall_clock = prometheus.has_value() && options.speed == 1,
                              .version = *version};
    if (const auto refused = refuse_timeout(*loaded, options.speed, options.bounds.asked_timeout())) return *refused;
    if (const auto refused = refuse_live(*loaded, choices)) return *refused;
    if (prometheus && driver::live::simulated_part(loaded->scenario, options.speed) > Duration(0)) {
      auto found = installed_promtool(*prometheus);
      if (!found) return found.error();
      promtool = *std::move(found);
    }
    auto simulated = simulate_warm_up(*loaded, choices, run_options);
    if (!simulated) return simulated.error();
    warm_up = *std::move(simulated);
    options.bounds.stop_time();  // from here on the run has its own
    auto started = start_live(*loaded, choices, warm_up.get());
    if (!started) return started.error();
    live = *std::move(started);
    const auto evaluator = prometheus ? monitor::Evaluator::prometheus : monitor::Evaluator::embedded;
    if (const auto refused = learn_programs(*loaded, choices, *live, evaluator)) return *refused;
  }
  if (prometheus) {
    auto started = start_programs(*loaded, {*prometheus, alertmanager, promtool, warm_up.get()}, *live);
    if (!started) return started.error();
    programs = *std::move(started);
    if (warm_up != nullptr) {
      warm_up->set_lost(programs->not_taken_up(warm_up->kept_firing()));
      say_what_is_lost(warm_up->lost(), loaded->scenario.start + loaded->scenario.warmup);
    }
  }
  const double from = stopwatch_seconds();
  monitor::MonitorFindings findings;
  std::optional<LiveView> view;  // of a live run
  driver::Listeners listeners;
  if (live != nullptr) listeners.push_back(&view.emplace(*live));
  run_options.live = live.get();
  run_options.warm_up = warm_up.get();
  run_options.programs = programs.get();
  run_options.beside = options.monitor == "both" ? &findings : nullptr;
  driver::Run drill(*loaded, run_options, listeners);
  std::optional<ExitCode> cut_short;
  if (live != nullptr) {
    cut_short = run_live(drill, *live, programs.get(), *view, loaded->scenario.start);
    options.bounds.go_on_with_time();
  } else {
    run_to_end(drill, loaded->scenario.start);
  }
  if (options.bounds.exceeded()) return kBadInput;
  const driver::Finished finished = drill.finish();
  if (programs && !cut_short) cut_short = tell_failure(*programs);
  programs.reset();
  if (options.bounds.exceeded()) return kBadInput;
  const record::Record& record = finished.record;
  const driver::RunMetadata metadata{stopwatch_seconds() - from, path, out.string(), finished.statistics};
  const std::vector<output::File> files = driver::output_files(finished, metadata);
  options.bounds.stop();
  // What a run was cut short of is written all the same: whoever asked for its end knows what there was.
  output::Hooks to_the_end = output_hooks();
  to_the_end.interrupted = nullptr;
  const output::OutputFolder last(out, driver::run_folder(), to_the_end);
  const auto written = write_folder(cut_short ? last : folder, files);
  if (!written && written.error().reason == output::Reason::interrupted) return kInterrupted;
  const ExitCode failed = written ? kPassed : tell(written.error());
  // What the run found is worth as much where its files could not be written.
  std::optional<monitor::MonitorComparison> comparison;
  if (options.monitor == "both" && !record.unseen) {
    const bool changes = !monitor::target_changes(*loaded).empty();
    comparison =
        monitor::compare_monitors(record, findings, changes ? monitor::found_within(options.speed) : Duration(0));
  }
  const Written places = written ? Written{out, out} : is_once ? kept(files) : Written{};
  options.json ? print_json(record, comparison, places) : print_result(record, metadata, places);
  if (comparison && !options.json) print_comparison(*comparison);
  if (options.monitor == "both" && record.unseen && !options.json) {
    print_out(format("monitors: not compared, since {} was not seen to the end\n", record.unseen->program));
  }
  if (!written) return failed;
  for (const auto& [changed, draft] : *written) {
    print_err(format("firedrill: {} has been changed and stays; the new draft is {}\n", printable(changed.string()),
                     printable(draft.string())));
  }
  if (cut_short) return *cut_short;
  return exit_code(record.verdict);
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("scenario", options->scenario, "the scenario's folder, its scenario.yaml, or its name in scenarios/")
      .required()
      .not_empty();
  arguments.option("--world", options->world, "sim: in virtual time; live: processes of this machine, in real time")
      .one_of({"sim", "live"})
      .shows_default();
  arguments
      .option("--monitor", options->monitor,
              "embedded: firedrill's own engine; prometheus: the real programs, in the live world; both: these, "
              "compared with the embedded one beside them")
      .one_of({"embedded", "prometheus", "both"})
      .shows_default();
  arguments.option("--prometheus", options->programs.prometheus, "the file of the real Prometheus (default: on PATH)")
      .not_empty();
  arguments
      .option("--alertmanager", options->programs.alertmanager, "the file of the real Alertmanager (default: on PATH)")
      .not_empty();
  arguments
      .option("--speed", options->speed,
              "of the live world: how many times faster an incident passes than in real time; requests take their own")
      .between(0.001, 1000)
      .shows_default();
  // Read by hand: CLI11 would wrap -1 and what is too large around.
  const auto read_seed = [options](const std::string& text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options->seed);
    const bool read = error == std::errc() && end == text.data() + text.size();
    return read ? "" : format("'{}' is not a whole number from 0 to {}", text, UINT64_MAX);
  };
  arguments.option_read_by("--seed", read_seed, "of all chance; the same seed gives the same record (default: 1)");
  arguments.option("--out", options->out, "folder for record and reports (default: reports/out/<scenario>)")
      .not_empty();
  arguments
      .option("--keep", options->keep,
              "series to keep in the record: needed (by rules, expectations and charts), all, or none: results alone")
      .one_of({"needed", "all", "none"})
      .shows_default();
  arguments
      .option("--scrape-phase", options->scrape_phase,
              "spread or aligned, instead of what the scenario says; exports to promtool need aligned")
      .one_of({"spread", "aligned"});
  arguments.option("--promql-version", options->promql_version, "semantics of Prometheus 2.x, 3.5 or the newest 3.x")
      .one_of(promql::version_names())
      .shows_default();
  declare_reading(arguments, options->reads);
  arguments.flag("--json", options->json, "print the result as JSON");
  options->bounds.declare(arguments);
  arguments.runs([options] { return run(*options); });
}

}  // namespace

Command run_command() {
  return {.name = "run", .summary = "run a scenario and write its record and reports", .declare = declare};
}

}  // namespace firedrill::cli
