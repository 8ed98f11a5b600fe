// What running one test gave: failures with what was expected and what was there, and warnings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"

namespace firedrill::ruletest {

// A line of a listing: an expected sample, a label of an alert.
struct DiffLine {
  enum class Mark { same, missing, unexpected };  // ' ', '-', '+'
  Mark mark = Mark::same;
  std::string text;
};

// Values of one sub-expression around a failure's time.
struct EvidenceRow {
  std::string expression;
  std::string labels;
  std::vector<std::optional<double>> values;  // one for each time of the table
  std::string note;                           // behind it, in words
};
struct Evidence {
  std::vector<Duration> times;  // since the test's start
  std::size_t at = 0;           // which of them the failure looked at
  std::vector<EvidenceRow> rows;
  std::size_t hidden = 0;  // rows that were left out
};

struct Failure {
  enum class Kind {
    input,       // a series that cannot be read, or that a rule has written too
    rules,       // a rule file that cannot be used
    rule_error,  // the evaluation of a rule failed
    alerts,      // other alerts firing than expected
    samples,     // other samples than expected
    error,       // an expression or an expectation that cannot be read or evaluated
    // Of tests of an Alertmanager configuration:
    route,          // another route than expected
    alert_state,    // an alert is not as expected
    notifications,  // other notifications than expected
  };
  Kind kind = Kind::error;
  Position where;
  std::string subject;                // the alert, the expression, the rule
  std::optional<Duration> eval_time;  // since the test's start
  std::string what;                   // of errors: Prometheus's reason; else a summary
  std::string remedy;
  std::vector<std::string> expected;  // of alerts and samples, in Prometheus's notation
  std::vector<std::string> got;
  std::vector<DiffLine> diff;
  std::optional<Evidence> evidence;
  std::vector<std::string> account;  // what became of it all, line by line
};
std::string_view to_string(Failure::Kind kind);

struct TestResult {
  std::string title;
  Position where;
  std::size_t checks = 0;  // alert and expression cases that were looked at
  std::size_t steps = 0;   // evaluations of the rules
  std::vector<Failure> failures;
  Diagnostics warnings;
  std::string dump;  // all its samples, if asked for

  bool passed() const { return failures.empty(); }
};

}  // namespace firedrill::ruletest
