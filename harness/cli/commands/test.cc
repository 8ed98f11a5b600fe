// firedrill test rules FILE...: promtool's unit-test files. firedrill test promql FILE...: promqltest scripts. Those of
// scenarios stand in test_scenarios.cc, those of Alertmanager's configuration in test_alertmanager.cc, those of
// playbooks in test_playbooks.cc.
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>

#include "base/bounds/activity.h"
#include "base/files/files.h"
#include "base/parallel.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "base/text/regex.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/commands/test_alertmanager.h"
#include "cli/commands/test_choice.h"
#include "cli/commands/test_playbooks.h"
#include "cli/commands/test_scenarios.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/features.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "promql/cost.h"
#include "promql/testscript/script.h"
#include "ruletest/load_unit_test.h"
#include "ruletest/results.h"
#include "ruletest/run_test.h"

namespace firedrill::cli {
namespace {

// What both kinds of test take.
struct Common {
  Bounds bounds;
  std::vector<std::string> files;
  std::string promql_version = "3";
  unsigned jobs = 0;
  Features features;

  promql::Options promql() const {
    promql::Options options;
    options.version = promql::version_named(promql_version).value_or(promql::Version::v3);
    features.apply(options);
    return options;
  }
};

struct RulesOptions : Common {
  ReadOptions reads;
  std::vector<std::string> run;
  std::string junit;
  bool force = false;
  bool json = false;
  bool diff = false;
  bool debug = false;
  bool ignore_unknown_fields = false;
  bool honour_group_interval = false;
  bool strict = false;
  bool coverage = false;
  double min_coverage = 0;

  bool wants_coverage() const { return coverage || min_coverage > 0; }
};

void declare_common(Arguments arguments, Common& options, const std::string& what) {
  arguments.option("file", options.files, what).required();
  arguments.option("--promql-version", options.promql_version, "as Prometheus 2.x, 3.5 or the newest 3.x")
      .one_of(promql::version_names());
  arguments.option("--jobs", options.jobs, "how many at a time; by default as many as there are processors");
  options.features.declare(arguments);
  options.bounds.declare(arguments);
}

// One of a file's tests, to be run.
struct Job {
  std::size_t file;
  const ruletest::Test* test;
  ruletest::TestResult result;
  ruletest::Coverage coverage;
};

class RulesRun {
 public:
  RulesRun(RulesOptions& options, const TestChoice& chosen) : options_(options), chosen_(chosen) {
    run_options_.budget = &options.bounds.budget();
    run_options_.promql = options.promql();
    run_options_.honour_group_interval = options.honour_group_interval;
    run_options_.dump = options.debug && !options.json;
  }

  int run() {
    if (!options_.junit.empty()) {
      if (const ExitCode code = check_output({options_.junit, {}}, junit_place()); code != kPassed) return code;
    }
    load();
    plan();
    in_parallel(jobs_.size(), options_.jobs, [&](std::size_t i) { run_job(jobs_[i]); });
    if (options_.bounds.exceeded()) return kBadInput;
    collect();
    return print();
  }

 private:
  output::NamedFileOptions junit_place() const { return {.force = options_.force, .replaceable = driver::is_junit}; }

  void load() {
    loaded_.resize(options_.files.size());
    results_.resize(options_.files.size());
    // Most files stand in one folder.
    std::map<std::filesystem::path, ReadScope> scopes;
    for (const std::filesystem::path path : options_.files) {
      scopes.try_emplace(path.parent_path(), path.parent_path(), options_.reads);
    }
    in_parallel(loaded_.size(), options_.jobs, [&](std::size_t i) {
      const Position at_work = named_file(options_.files[i]);
      const Activity activity(at_work);
      results_[i].path = options_.files[i];
      const std::filesystem::path path = options_.files[i];
      const FirstFile file{scopes.at(path.parent_path()), path.filename().string(), true};
      auto loaded = ruletest::load_unit_test(file, {run_options_.promql, options_.ignore_unknown_fields});
      if (loaded) {
        loaded_[i] = std::make_unique<ruletest::LoadedUnitTest>(std::move(*loaded));
        results_[i].warnings = loaded_[i]->warnings;
      } else {
        results_[i].errors = std::move(loaded.error());
      }
    });
  }

  void plan() {
    for (std::size_t i = 0; i < loaded_.size(); ++i) {
      if (loaded_[i] == nullptr) continue;
      for (const auto& rules : loaded_[i]->rules) coverage_.add(*rules);
      for (const ruletest::Test& test : loaded_[i]->file.tests) {
        if (chosen_.takes(test.name)) jobs_.push_back({i, &test, {}, {}});
      }
    }
    const bool all_read = std::ranges::none_of(loaded_, [](const auto& each) { return each == nullptr; });
    if (jobs_.empty() && all_read) chosen_.warn_of_none();
  }

  void run_job(Job& job) const {
    const ruletest::LoadedUnitTest& loaded = *loaded_[job.file];
    if (!loaded.rule_errors.empty()) {
      job.result.title = job.test->title();
      job.result.where = job.test->where;
      for (const Diagnostic& error : loaded.rule_errors) {
        const Activity activity(error.where);
        if (!promql::remedy_for_bound(error.what).empty()) run_options_.budget->refuse(error.what, error.remedy);
        ruletest::Failure& failure = job.result.failures.emplace_back();
        failure.kind = ruletest::Failure::Kind::rules;
        failure.where = error.where;
        failure.what = error.what;
        failure.remedy = error.remedy;
      }
      return;
    }
    if (options_.wants_coverage()) {
      for (const auto& rules : loaded.rules) job.coverage.add(*rules);
    }
    job.result = ruletest::run_test(loaded.file, *job.test, loaded.rules, run_options_,
                                    options_.wants_coverage() ? &job.coverage : nullptr);
  }

  void collect() {
    for (Job& job : jobs_) {
      results_[job.file].tests.push_back(std::move(job.result));
      coverage_.merge(job.coverage);
    }
    if (!options_.strict) return;
    for (ruletest::FileResult& file : results_) ruletest::fail_on_warnings(file);
  }

  int print() const {
    bool passed = true;
    Diagnostics found;
    for (const ruletest::FileResult& file : results_) {
      passed &= file.passed();
      found.insert(found.end(), file.errors.begin(), file.errors.end());
      found.insert(found.end(), file.warnings.begin(), file.warnings.end());
      for (const auto& test : file.tests) found.insert(found.end(), test.warnings.begin(), test.warnings.end());
      if (!options_.json) print_out(describe(file, {.only_differences = options_.diff}));
    }
    const ruletest::CoverageResult covered{coverage_, options_.min_coverage};
    const ruletest::CoverageResult* coverage = options_.wants_coverage() ? &covered : nullptr;
    if (options_.json) print_data(write_json(results_json(results_, coverage), JsonStyle::pretty));
    if (coverage != nullptr && !options_.json) print_out(describe(coverage_));
    tidy(found);
    print_diagnostics(found);
    if (!options_.junit.empty()) {
      const std::string results = ruletest::results_junit(results_, coverage);
      options_.bounds.stop();
      const ExitCode code = write_output({options_.junit, results}, junit_place());
      if (code != kPassed) return code;
    }
    if (coverage != nullptr && !covered.passed()) {
      print_err(format("firedrill: {}\n", covered.what_is_missing()));
      return kFailed;
    }
    return passed ? kPassed : kFailed;
  }

  RulesOptions& options_;
  const TestChoice& chosen_;
  ruletest::RunOptions run_options_;
  std::vector<std::unique_ptr<ruletest::LoadedUnitTest>> loaded_;
  std::vector<ruletest::FileResult> results_;
  std::vector<Job> jobs_;
  ruletest::Coverage coverage_;
};

int test_rules(RulesOptions& options) {
  options.bounds.start();
  options.features.warn_of_others();
  const auto chosen = TestChoice::read(options.run);
  return chosen ? RulesRun(options, *chosen).run() : kBadInput;
}

// What a link leads to need not be a script: then no word of it is told, and one place is enough.
void hide_other_file(Diagnostics& found) {
  found.resize(1);
  found.front().what = "this is no promqltest script";
  found.front().remedy = "expected load, clear and eval";
}

int test_promql(Common& options) {
  options.bounds.start();
  options.features.warn_of_others();
  std::vector<std::string> lines(options.files.size());
  std::vector<Diagnostics> found(options.files.size());
  std::atomic<bool> bad_input = false;
  std::atomic<bool> failed = false;
  in_parallel(lines.size(), options.jobs, [&](std::size_t i) {
    const Position file = named_file(options.files[i]);
    const Activity activity(file);
    const auto source = read_source(options.files[i]);
    promql::ScriptOptions script;
    script.engine.version = options.promql().version;
    if (script.engine.version == promql::Version::v2) script.engine.delayed_name_removal = false;
    script.leave_out = true;
    script.budget = &options.bounds.budget();
    const auto result = source ? promql::run_script(*source, script) : std::unexpected(source.error());
    if (!result) {
      found[i] = result.error();
      if (source && (*source)->quoting == Quoting::guarded) hide_other_file(found[i]);
      bad_input = true;
      return;
    }
    found[i] = result->failures;
    if (!result->passed()) failed = true;
    std::string skipped;
    for (const auto& [what, count] : result->left_out) skipped += format(", {} with {} left out", count, what);
    lines[i] =
        format("{}: {}, {} evaluation{}{}\n", printable(options.files[i]), result->passed() ? "passed" : "FAILED",
               result->evaluations, result->evaluations == 1 ? "" : "s", skipped);
  });
  if (options.bounds.exceeded()) return kBadInput;
  Diagnostics all;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    print_out(lines[i]);
    all.insert(all.end(), found[i].begin(), found[i].end());
  }
  print_diagnostics(all);
  return bad_input ? kBadInput : failed ? kFailed : kPassed;
}

void declare(Arguments arguments) {
  auto rules = std::make_shared<RulesOptions>();
  Arguments of_rules = arguments.command("rules", "run promtool's unit-test files, with promtool's verdict");
  declare_common(of_rules, *rules, "unit-test files");
  of_rules.option("--run", rules->run, "only tests whose name the regular expression is found in");
  of_rules.option("--junit", rules->junit, "write the results as JUnit XML; earlier results there are replaced");
  of_rules.flag("--force", rules->force, "replace the file of --junit whatever it holds");
  of_rules.flag("--json", rules->json, "print the results as JSON");
  of_rules.flag("--diff", rules->diff, "of differences, show only the lines that differ");
  of_rules.flag("--debug", rules->debug, "print all samples of each test, of input series and of rules");
  of_rules.flag("--ignore-unknown-fields", rules->ignore_unknown_fields, "pass over unknown fields of rule files");
  of_rules.flag("--honour-group-interval", rules->honour_group_interval,
                "evaluate each group at its own interval; promtool takes evaluation_interval for all");
  of_rules.flag("--strict", rules->strict, "fail a file of which there are warnings");
  of_rules.flag("--coverage", rules->coverage, "list rules and transitions of alerts that no test exercises");
  of_rules.option("--min-coverage", rules->min_coverage, "fail below this share, in percent").between(0, 100);
  declare_reading(of_rules, rules->reads);
  of_rules.runs([rules] { return test_rules(*rules); });

  auto scripts = std::make_shared<Common>();
  Arguments of_scripts = arguments.command("promql", "run promqltest scripts");
  declare_common(of_scripts, *scripts, "scripts");
  of_scripts.runs([scripts] { return test_promql(*scripts); });

  declare_test_scenarios(arguments.command("scenarios", "run scenarios side by side, against a baseline"));
  declare_test_alertmanager(arguments);
  declare_test_playbooks(arguments);
}

}  // namespace

Command test_command() {
  return {
      .name = "test", .summary = "run unit tests of rules, scripts of PromQL, suites of scenarios", .declare = declare};
}

}  // namespace firedrill::cli
