// firedrill test alertmanager FILE...: alerts in, routes and notifications out.
#include "cli/commands/test_alertmanager.h"

#include <algorithm>
#include <memory>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/bounds.h"
#include "cli/commands/test_choice.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "notify/payload/show.h"
#include "notify/testfile/notification_text.h"
#include "notify/testfile/run.h"
#include "notify/testfile/to_json.h"
#include "ruletest/results.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  ReadOptions reads;
  std::vector<std::string> files;
  std::vector<std::string> run;
  std::string version = std::string(to_string(notify::kNewest));
  unsigned seed = 1;
  std::string junit;
  bool force = false;
  bool json = false;
  bool render = false;
  bool debug = false;
};

class Run {
 public:
  Run(Options& options, const TestChoice& chosen) : options_(options), chosen_(chosen) {}

  int run() {
    if (!options_.junit.empty()) {
      if (const ExitCode code = check_output({options_.junit, {}}, junit_place()); code != kPassed) return code;
    }
    bool all_read = true;
    std::size_t tests = 0;
    for (const std::string& path : options_.files) {
      const Position at_work = named_file(path);
      const Activity activity(at_work);
      all_read &= run_file(path);
      tests += results_.back().tests.size();
      if (options_.bounds.exceeded()) return kBadInput;
    }
    if (tests == 0 && all_read) chosen_.warn_of_none();
    return print(all_read);
  }

 private:
  output::NamedFileOptions junit_place() const { return {.force = options_.force, .replaceable = driver::is_junit}; }

  bool run_file(const std::string& path) {
    ruletest::FileResult& result = results_.emplace_back();
    result.path = path;
    sent_.emplace_back();
    const notify::Version version = notify::parse_version(options_.version).value_or(notify::kNewest);
    const auto loaded = notify::load_configuration_tests(FirstFile::named(path, options_.reads), version);
    if (!loaded) {
      result.errors = loaded.error();
      return false;
    }
    result.warnings = loaded->warnings;
    for (const notify::ConfigurationTest& test : loaded->file.tests) {
      if (!chosen_.takes(test.name)) continue;
      notify::ConfigurationTestResult run =
          notify::run_configuration_test(*loaded, test, options_.seed, &options_.bounds.budget());
      if (options_.debug && !options_.json) run.result.dump = dump(run.notifications, test.start);
      result.tests.push_back(std::move(run.result));
      if (options_.json) sent_.back().push_back(sent(*loaded, run.notifications, test.start));
    }
    return true;
  }

  // With what each would have said.
  json::array sent(const notify::LoadedTests& loaded, const std::vector<notify::Notification>& notifications,
                   Time start) {
    json::array out = notify::to_json(notifications, start);
    for (std::size_t i = 0; options_.render && i < notifications.size(); ++i) {
      const auto payload = notify::payload_of(loaded, notifications[i], &options_.bounds.budget());
      out[i].as_object()["payload"] =
          payload ? notify::payload_json(*payload) : json::object{{"error", render(payload.error())}};
    }
    return out;
  }

  static std::string dump(const std::vector<notify::Notification>& notifications, Time start) {
    std::string out;
    for (const notify::Notification& each : notifications) {
      out += format("  {} {}{}\n", printable(each.receiver), each.accepted ? "" : "(not accepted) ",
                    printable(notify::describe(each, start)));
    }
    return out;
  }

  // The results, and in each test what was sent.
  json::value results() const {
    json::value out = results_json(results_, nullptr);
    json::array& files = out.as_object().at("files").as_array();
    for (std::size_t i = 0; i < files.size(); ++i) {
      json::array& tests = files[i].as_object().at("tests").as_array();
      for (std::size_t j = 0; j < tests.size(); ++j) tests[j].as_object()["notifications"] = sent_[i][j];
    }
    return out;
  }

  int print(bool all_read) const {
    Diagnostics found;
    for (const ruletest::FileResult& file : results_) {
      found.insert(found.end(), file.errors.begin(), file.errors.end());
      found.insert(found.end(), file.warnings.begin(), file.warnings.end());
      if (!options_.json) print_out(describe(file, ruletest::TextOptions{}));
    }
    if (options_.json) print_data(write_json(results(), JsonStyle::pretty));
    tidy(found);
    print_diagnostics(found);
    if (!options_.junit.empty()) {
      const std::string text = ruletest::results_junit(results_, nullptr, "firedrill test alertmanager");
      options_.bounds.stop();
      const ExitCode code = write_output({options_.junit, text}, junit_place());
      if (code != kPassed) return code;
    }
    if (!all_read) return kBadInput;
    return std::ranges::all_of(results_, &ruletest::FileResult::passed) ? kPassed : kFailed;
  }

  Options& options_;
  const TestChoice& chosen_;
  std::vector<ruletest::FileResult> results_;
  std::vector<std::vector<json::value>> sent_;  // by file and test
};

int test_alertmanager(Options& options) {
  options.bounds.start();
  const auto chosen = TestChoice::read(options.run);
  return chosen ? Run(options, *chosen).run() : kBadInput;
}

}  // namespace

void declare_test_alertmanager(Arguments arguments) {
  auto options = std::make_shared<Options>();
  Arguments own = arguments.command("alertmanager",
                                    "run tests of an Alertmanager configuration: alerts in, routes and "
                                    "notifications out");
  own.option("file", options->files, "test files").required();
  own.option("--alertmanager-version", options->version, "as Alertmanager 0.25 or 0.33").one_of({"0.25", "0.33"});
  own.option("--run", options->run, "only tests whose name the regular expression is found in");
  own.option("--seed", options->seed, "of chance: how long retries wait");
  own.option("--junit", options->junit, "write the results as JUnit XML; earlier results there are replaced");
  own.flag("--force", options->force, "replace the file of --junit whatever it holds");
  own.flag("--json", options->json, "print the results as JSON, with all notifications of each test");
  own.flag("--render", options->render, "with --json: what each notification would say, too");
  own.flag("--debug", options->debug, "print all notifications of each test");
  declare_reading(own, options->reads);
  options->bounds.declare(own);
  own.runs([options] { return test_alertmanager(*options); });
}

}  // namespace firedrill::cli
