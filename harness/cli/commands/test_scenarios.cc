// firedrill test scenarios PATH...: several scenarios as one suite, against a baseline.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "base/duration.h"
#include "base/output/append.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/bounds.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/library.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "cli/scenario_path.h"
#include "driver/run_folder.h"
#include "reports/suite/renderers.h"
#include "scenario/given_rules.h"
#include "suite/baseline.h"
#include "suite/compare.h"
#include "suite/run_suite.h"

namespace firedrill::cli {
namespace {

namespace results = reports::suite;

constexpr std::size_t kMostJobSummary = std::size_t{1} << 20;  // that GitHub takes of a step
constexpr const char* kDefaultOut = "reports/out";

struct Options {
  Bounds bounds;
  std::vector<std::string> paths;
  std::vector<std::string> rules;
  std::vector<std::string> seed_texts;  // as given; they are in `seeds`
  std::vector<std::uint64_t> seeds;
  unsigned jobs = 0;
  std::string out = kDefaultOut;
  std::string junit;
  std::optional<std::string> baseline;
  std::optional<Duration> slower_by;
  std::string annotations;
  std::string promql_version = "3";
  ReadOptions reads;
  bool update_baseline = false;
  bool force = false;
  bool json = false;
};

// A runner shows no more than one of the codes. What tells least of the rules counts first: nothing can be concluded
// where inputs or the environment are broken; a failure is one whatever else could not be judged.
ExitCode worst(std::span<const ExitCode> codes) {
  constexpr std::array kOrder{kInterrupted, kEnvironment, kBadInput, kFailed, kInvalidDrill};
  const auto* const found =
      std::ranges::find_if(kOrder, [&](ExitCode code) { return std::ranges::find(codes, code) != codes.end(); });
  return found == kOrder.end() ? kPassed : *found;
}

// A file that is written at the end.
struct Place {
  std::filesystem::path path;
  output::NamedFileOptions options;
};

class SuiteCommand {
 public:
  explicit SuiteCommand(Options& options) : options_(options) {}

  int run() {
    if (const ExitCode code = check_usage(); code != kPassed) return code;
    given_roots_ = options_.reads.roots;
    options_.bounds.start();
    version_ = promql::version_named(options_.promql_version).value_or(promql::Version::v3);
    if (const ExitCode code = read_inputs(); code != kPassed) return code;
    suite::Outcome outcome = run_scenarios();
    if (outcome.interrupted) return kInterrupted;
    if (options_.bounds.exceeded()) return kBadInput;
    suite_.runs = std::move(outcome.runs);
    suite_.rules = options_.rules;
    name_folder();
    if (outcome.bad_input) note(kBadInput);
    if (outcome.environment) note(kEnvironment);
    judge();
    print_problems();
    options_.bounds.stop();
    write_baseline();
    suite_.command = suite_command();
    print();
    write_reports();
    return worst(codes_);
  }

 private:
  void note(ExitCode code) { codes_.push_back(code); }

  ExitCode check_usage() const {
    const char* const what = options_.baseline          ? nullptr
                             : options_.update_baseline ? "--update-baseline"
                             : options_.slower_by       ? "--slower-by"
                                                        : nullptr;
    if (what == nullptr) return kPassed;
    print_err(
        format("firedrill: error: {} is about a baseline, and none is named\n      = help: name it with "
               "--baseline FILE\n",
               what));
    return kBadInput;
  }

  // Everything that can be wrong before anything runs.
  ExitCode read_inputs() {
    std::vector<std::string> paths;
    for (const std::string& path : options_.paths) paths.push_back(found_scenario(path, options_.reads));
    auto scenarios = suite::find_scenarios(paths, options_.reads);
    Diagnostics errors;
    const auto take = [&](auto& result) {
      if (!result) std::ranges::move(result.error(), std::back_inserter(errors));
    };
    take(scenarios);
    if (!options_.rules.empty()) {
      auto rules = scenario::read_given_rules(options_.rules, version_, options_.reads);
      take(rules);
      if (rules) rules_ = std::move(*rules);
    }
    if (options_.baseline) {
      auto baseline = read_baseline();
      take(baseline);
      if (baseline) baseline_ = std::move(*baseline);
    }
    if (!errors.empty()) {
      print_diagnostics(errors);
      return kBadInput;
    }
    scenarios_ = std::move(*scenarios);
    return check_places();
  }

  // That the files that are written at the end have a place, each one of its own.
  ExitCode check_places() {
    if (auto straight = output::check_no_link(options_.out); !straight) return tell(straight.error());
    std::vector<Place> places = {{page_path(), page_options()}, {summary_path(), summary_options()}};
    if (!options_.junit.empty()) places.push_back({options_.junit, junit_options()});
    if (options_.update_baseline) places.push_back({*options_.baseline, baseline_options()});
    std::set<std::string> known;
    for (const Place& place : places) {
      std::error_code error;
      const std::string whole = std::filesystem::weakly_canonical(place.path, error).string();
      if (!known.insert(whole).second) {
        print_err(format("firedrill: error: {} would be written twice\n      = help: name another file\n",
                         printable(place.path.string())));
        return kBadInput;
      }
      if (const ExitCode code = check_output({place.path, {}}, place.options); code != kPassed) return code;
    }
    check_job_summary();
    return kPassed;
  }

  std::filesystem::path page_path() const { return std::filesystem::path(options_.out) / "index.html"; }
  std::filesystem::path summary_path() const { return std::filesystem::path(options_.out) / "summary.md"; }
  output::NamedFileOptions page_options() const { return {.force = options_.force, .replaceable = results::is_index}; }
  output::NamedFileOptions summary_options() const {
    return {.force = options_.force, .replaceable = results::is_summary};
  }
  output::NamedFileOptions junit_options() const { return {.force = options_.force, .replaceable = driver::is_junit}; }
  // What stands there has been read, and is a baseline.
  output::NamedFileOptions baseline_options() const { return {.force = baseline_.has_value()}; }

  // The runner's file is no part of the results: what is wrong with it is told and changes nothing.
  void check_job_summary() {
    const char* const path = options_.annotations == "github" ? std::getenv("GITHUB_STEP_SUMMARY") : nullptr;
    if (path == nullptr || *path == '\0') return;
    if (auto free = output::check_append_to_file(path); !free) {
      warn_of(std::move(free.error()));
    } else {
      job_summary_ = path;
    }
  }

  static void warn_of(output::Error error) {
    for (Diagnostic& each : error.diagnostics) each.severity = Severity::warning;
    print_diagnostics(error.diagnostics);
  }

  // Nothing where the file is still to be written.
  Result<std::optional<suite::Baseline>> read_baseline() const {
    const std::filesystem::path path = *options_.baseline;
    std::error_code error;
    const bool missing = !std::filesystem::exists(std::filesystem::symlink_status(path, error));
    if (missing && options_.update_baseline) return std::nullopt;
    const auto source = FirstFile::named(path, options_.reads).read();
    if (!source) {
      Diagnostics found = source.error();
      if (missing) found.front().remedy = "--update-baseline writes it";
      return failure(std::move(found));
    }
    auto baseline = suite::read_baseline(*source);
    if (!baseline) return std::unexpected(baseline.error());
    return std::move(*baseline);
  }

  suite::Outcome run_scenarios() {
    const suite::Options wanted{.promql = version_,
                                .rules = rules_ ? &*rules_ : nullptr,
                                .seeds = seeds(),
                                .jobs = options_.jobs,
                                .ran_before = [this](std::string_view name) { return baseline_has(name); }};
    ProgressBar progress;
    return suite::run_suite(
        scenarios_, wanted,
        {.limit = [this](Budget& budget) { options_.bounds.apply_limits(budget); },
         .interrupted = interrupted,
         .progress =
             [&](std::size_t done, std::size_t all) {
               progress.show(static_cast<double>(done) / static_cast<double>(all), format("{} of {}", done, all));
             },
         .command = [this](const suite::ScenarioFile& file, std::uint64_t seed,
                           std::span<const InputFile> inputs) { return run_command(file, seed, inputs); },
         .check = [this](const std::string& folder,
                         std::span<const std::string> names) { return check_folder(folder, names); },
         .write = [this](const std::string& folder,
                         std::span<const output::File> files) { return write_folder(folder, files); },
         .place =
             [this](const std::string& folder) { return (std::filesystem::path(options_.out) / folder).string(); }});
  }

  std::vector<std::uint64_t> seeds() const {
    if (options_.seeds.empty()) return {1};
    std::vector<std::uint64_t> seeds = options_.seeds;
    std::ranges::sort(seeds);
    seeds.erase(std::unique(seeds.begin(), seeds.end()), seeds.end());
    return seeds;
  }

  output::OutputFolder folder_of(const std::string& folder) const {
    return {std::filesystem::path(options_.out) / folder, driver::run_folder(), output_hooks()};
  }

  output::Outcome<void> check_folder(const std::string& folder, std::span<const std::string> names) const {
    const SignalsHeld held;
    return folder_of(folder).check(names);
  }

  output::Outcome<void> write_folder(const std::string& folder, std::span<const output::File> files) const {
    const SignalsHeld held;
    auto written = folder_of(folder).write(files);
    if (!written) return std::unexpected(written.error());
    some_files_are_written();
    for (const auto& [changed, draft] : *written) {
      print_err(format("firedrill: {} has been changed and stays; the new draft is {}\n", printable(changed.string()),
                       printable(draft.string())));
    }
    return {};
  }

  bool baseline_has(std::string_view scenario) const {
    return baseline_ && std::ranges::find(baseline_->scenarios, scenario, &suite::Baseline::Scenario::scenario) !=
                            baseline_->scenarios.end();
  }

  std::string version_option() const {
    return options_.promql_version == "3" ? std::string() : " --promql-version " + options_.promql_version;
  }

  // As the record of `firedrill run` says it.
  std::string run_command(const suite::ScenarioFile& file, std::uint64_t seed,
                          std::span<const InputFile> inputs) const {
    namespace fs = std::filesystem;
    const NamedScenario named = portable_scenario(file.file, file.searched, given_roots_, inputs);
    std::error_code error;
    std::string rules;
    for (const std::string& path : options_.rules) {
      const std::string from_top = fs::weakly_canonical(path, error).lexically_relative(named.top).generic_string();
      rules += (rules.empty() ? " --rules " : " ") + shell_word(from_top.starts_with('-') ? "./" + from_top : from_top);
    }
    return format("firedrill {} {} --seed {}{}{}{}", rules.empty() ? "run" : "test scenarios", shell_word(named.name),
                  seed, named.root ? " --root ." : "", rules, version_option());
  }

  std::string suite_command() const {
    std::string command = "firedrill test scenarios";
    for (const std::string& path : options_.paths) command += " " + shell_word(path);
    for (const std::string& root : given_roots_) command += " --root " + shell_word(root);
    if (options_.reads.allow_outside) command += " --allow-outside";
    if (!options_.rules.empty()) command += " --rules";
    for (const std::string& path : options_.rules) command += " " + shell_word(path);
    command += version_option();
    if (seeds() != std::vector<std::uint64_t>{1}) {
      command += " --seed";
      for (const std::uint64_t seed : seeds()) command += format(" {}", seed);
    }
    if (options_.baseline) command += " --baseline " + shell_word(*options_.baseline);
    if (options_.baseline && !baseline_ && !baseline_written_) command += " --update-baseline";  // there is none yet
    if (options_.slower_by) command += " --slower-by " + format_duration(*options_.slower_by);
    return command;
  }

  // Its paths are those that the user named: it works in the folder where it was called.
  void name_folder() {
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    if (error) return;
    const auto repository = repository_of(here);
    suite_.command_folder_of_repository = repository.has_value();
    suite_.command_folder = (repository ? here.lexically_relative(*repository) : here).generic_string();
  }

  Duration slower_by() const {
    return options_.slower_by.value_or(baseline_ ? baseline_->slower_by : suite::Baseline().slower_by);
  }

  void judge() {
    for (const results::ScenarioRun& run : suite_.runs) {
      if (!run.ran()) continue;
      if (run.verdict == record::Verdict::fail) note(kFailed);
      if (run.verdict == record::Verdict::invalid) note(kInvalidDrill);
    }
    if (!baseline_) return;
    suite_.comparison = suite::compare(*baseline_, suite_.runs, slower_by(), *options_.baseline);
    if (suite_.comparison->fails() && !options_.update_baseline) note(kFailed);
  }

  void print_problems() const {
    Diagnostics found;
    if (rules_) found = rules_->warnings;
    for (const results::ScenarioRun& run : suite_.runs) {
      found.insert(found.end(), run.errors.begin(), run.errors.end());
      found.insert(found.end(), run.warnings.begin(), run.warnings.end());
    }
    tidy(found);
    print_diagnostics(found);
  }

  // A baseline holds what every scenario gave: of a run that shows nothing there is nothing to hold.
  void write_baseline() {
    if (!options_.update_baseline) return;
    for (const results::ScenarioRun& run : suite_.runs) {
      if (run.ran() && run.faults_seen) continue;
      print_err(format("firedrill: the baseline stays as it is: {} {}\n", printable(suite_.name_of(run)),
                       run.ran() ? "is invalid, since a fault was not witnessed" : "gave no result"));
      return;
    }
    suite::Baseline baseline = suite::make_baseline(suite_.runs, slower_by(), [this](const results::ScenarioRun& run) {
      return from_baseline(run.file.source->name);
    });
    suite::NotRun others;
    if (baseline_) {
      others = suite::keep_the_others(baseline, *baseline_, [this](const auto& each) { return is_gone(each.file); });
    }
    const ExitCode code = write_output({*options_.baseline, suite::write_baseline(baseline)}, baseline_options());
    note(code);
    baseline_written_ = code == kPassed;
    if (!suite_.comparison) return;
    suite_.comparison->written = baseline_written_;
    if (baseline_written_) suite::tell_what_became(*suite_.comparison, others);
  }

  static std::filesystem::path whole(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::absolute(path, error).lexically_normal();
  }

  std::filesystem::path baseline_folder() const { return whole(*options_.baseline).parent_path(); }

  // Nothing of the installed library: it lies elsewhere on each machine.
  std::string from_baseline(const std::string& file) const {
    const std::filesystem::path library = installed_library();
    const std::string path = whole(file).string();
    if (!library.empty() && path.starts_with(whole(library).string() + "/")) return {};
    return whole(file).lexically_relative(baseline_folder()).generic_string();
  }

  // Whether a scenario that was there is not, in one of the folders that were searched.
  bool is_gone(const std::string& file) const {
    if (file.empty()) return false;
    std::error_code error;
    const std::filesystem::path path = (baseline_folder() / file).lexically_normal();
    if (std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found) return false;
    return std::ranges::any_of(options_.paths, [&](const std::string& given) {
      const std::string folder = (whole(given) / "").lexically_normal().string();
      return path.string().starts_with(folder) && std::filesystem::is_directory(given, error);
    });
  }

  void print() const {
    if (options_.json) {
      print_data(write_json(results::render_json(suite_), JsonStyle::pretty));
      return;
    }
    print_out(results::render_text(suite_));
    if (baseline_written_) print_out(format("baseline: {} written\n", printable(*options_.baseline)));
  }

  void write_reports() {
    const std::string summary = results::render_summary(suite_);
    const std::string index = results::render_index(suite_);
    const ExitCode paged = write_output({page_path(), index}, page_options());
    note(paged);
    note(write_output({summary_path(), summary}, summary_options()));
    if (!options_.junit.empty()) {
      note(write_output({options_.junit, results::render_junit(suite_)}, junit_options()));
    }
    if (paged == kPassed && !options_.json) print_out(format("reports: {}\n", printable(page_path().string())));
    if (options_.annotations == "github") annotate(summary);
  }

  void annotate(const std::string& summary) {
    print_commands(results::render_annotations(suite_));
    if (job_summary_.empty()) return;
    const SignalsHeld held;
    auto added = output::append_to_file(job_summary_, summary, kMostJobSummary);
    if (added) return;
    if (added.error().reason == output::Reason::failed) return note(tell(added.error()));
    // Others have filled it: no verdict on these results.
    warn_of(std::move(added.error()));
  }

  Options& options_;
  promql::Version version_ = promql::Version::v3;
  std::vector<suite::ScenarioFile> scenarios_;
  std::vector<std::string> given_roots_;
  std::optional<scenario::GivenRules> rules_;
  std::optional<suite::Baseline> baseline_;
  results::Suite suite_;
  std::vector<ExitCode> codes_;
  std::string job_summary_;  // the file that the runner wants it in; empty: none
  bool baseline_written_ = false;
};

}  // namespace

void declare_test_scenarios(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("path", options->paths, "scenarios, folders of scenarios, or names in scenarios/")
      .required()
      .not_empty();
  arguments.option("--rules", options->rules, "rule files in place of those that the scenarios name");
  arguments.option("--seed", options->seed_texts, "run each scenario with each of these seeds (default: 1)")
      .each_read_by([options](const std::string& text) {
        std::uint64_t seed = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        if (error != std::errc() || end != text.data() + text.size()) {
          return format("'{}' is not a whole number from 0 to {}", text, UINT64_MAX);
        }
        options->seeds.push_back(seed);
        return std::string();
      });
  arguments.option("--jobs", options->jobs, "how many at a time; by default as many as there are processors");
  arguments.option("--out", options->out, "folder for the page and the reports of each scenario").shows_default();
  arguments.option("--junit", options->junit, "write the results as JUnit XML; earlier results there are replaced");
  arguments.option("--baseline", options->baseline, "fail where less is detected, later, or more pages than it says")
      .not_empty();
  arguments.option_read_by(
      "--slower-by",
      [options](const std::string& text) {
        const auto bound = parse_duration(text);
        if (!bound) return format("expected a duration such as 30s or 2m, found '{}'", text);
        options->slower_by = *bound;
        return std::string();
      },
      "by how much a detection may slow (default: what the baseline says)");
  arguments.flag("--update-baseline", options->update_baseline, "write these results into the file of --baseline");
  arguments
      .option("--annotations", options->annotations,
              "github: workflow commands, and the job's summary into the file that $GITHUB_STEP_SUMMARY names")
      .one_of({"github"});
  arguments.option("--promql-version", options->promql_version, "as Prometheus 2.x, 3.5 or the newest 3.x")
      .one_of(promql::version_names());
  arguments.flag("--force", options->force, "replace the page, the summary and the file of --junit whatever they hold");
  arguments.flag("--json", options->json, "print the results as JSON");
  declare_reading(arguments, options->reads);
  options->bounds.declare(arguments);
  arguments.runs([options] { return SuiteCommand(*options).run(); });
}

}  // namespace firedrill::cli
