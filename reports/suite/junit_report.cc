// A suite as JUnit XML: one test suite a run, one more for what the baseline says.

#include "base/text/format.h"
#include "base/time.h"
#include "reports/escape.h"
#include "reports/junit_case.h"
#include "reports/suite/renderers.h"

namespace firedrill::reports::suite {
namespace {

using junit::Case;
using record::Verdict;

struct Counted {
  std::string text;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;

  void add(const Case& each) {
    text += junit::render(each);
    ++tests;
    failures += each.result == Verdict::fail ? 1 : 0;
    errors += each.result == Verdict::invalid ? 1 : 0;
  }
  std::string counts() const {
    return format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\"", tests, failures, errors);
  }
};

std::string suite_xml(const std::string& name, const Counted& cases, double seconds, const std::string& more) {
  return format("  <testsuite name=\"{}\" {} time=\"{}\"{}>\n{}  </testsuite>\n", escape_markup(name), cases.counts(),
                junit::seconds_text(seconds), more, cases.text);
}

// That it can be run at all, and how long that takes.
Case run_case(const ScenarioRun& run, const std::string& name) {
  Case made;
  made.suite = name;
  made.name = "runs";
  made.seconds = run.seconds;
  made.where = run.file;
  if (run.ran()) return made;
  made.result = Verdict::invalid;
  made.message = run.errors.front().what;
  made.body = render(run.errors);
  made.where = run.errors.front().where;
  return made;
}

Counted cases_of(const ScenarioRun& run, const std::string& name) {
  Counted cases;
  cases.add(run_case(run, name));
  std::set<std::string> used{"runs"};
  for (const Check& check : run.checks) {
    Case made = junit::case_of(name, junit::unique(used, check.name), check.kind, check.outcome, run.command);
    made.where = check.where;
    cases.add(made);
  }
  return cases;
}

Counted cases_of(const Suite& suite, const Comparison& comparison) {
  Counted cases;
  for (const ScenarioRun& run : suite.runs) {
    if (!run.ran()) continue;
    Case made;
    made.suite = "baseline";
    made.name = format("{} is no worse", suite.name_of(run));
    made.where = run.file;
    for (const Change& change : comparison.changes) {
      if (!change.fails || change.scenario != run.scenario || change.seed != run.seed) continue;
      if (made.result == Verdict::pass && change.where.source != nullptr) made.where = change.where;
      made.result = Verdict::fail;
      made.type = "baseline";
      made.message += (made.message.empty() ? "" : "; ") + change.what;
      made.body += change.what + "\n";
    }
    if (made.result != Verdict::pass) made.body += format("baseline: {}\n", comparison.baseline);
    cases.add(made);
  }
  return cases;
}

}  // namespace

std::string render_junit(const Suite& suite) {
  std::string suites;
  Counted all;
  double seconds = 0;
  const auto count = [&](const Counted& cases) {
    all.tests += cases.tests;
    all.failures += cases.failures;
    all.errors += cases.errors;
  };
  for (const ScenarioRun& run : suite.runs) {
    const std::string name = suite.name_of(run);
    const Counted cases = cases_of(run, name);
    const std::string started =
        run.ran() ? format(" timestamp=\"{}\"", format_instant(run.started).substr(0, 19)) : std::string();
    suites += suite_xml(name, cases, run.seconds, started);
    count(cases);
    seconds += run.seconds;
  }
  if (suite.comparison && !suite.comparison->written) {
    const Counted cases = cases_of(suite, *suite.comparison);
    suites += suite_xml("baseline", cases, 0, "");
    count(cases);
  }
  return format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"firedrill test scenarios\" {} time=\"{}\">\n"
      "{}</testsuites>\n",
      all.counts(), junit::seconds_text(seconds), suites);
}

}  // namespace firedrill::reports::suite
