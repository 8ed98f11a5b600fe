// promtool's unit-test files as typed values (Prometheus: cmd/promtool/unittest.go, docs/configuration/
// unit_testing_rules.md); unit_test_yaml.h fills these in. What is text here is parsed when the test runs, since
// promtool counts a mistake in it as a failed test and goes on with the others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerting/alert.h"
#include "alerting/rule_file.h"
#include "base/time.h"
#include "model/labels.h"

namespace firedrill::ruletest {

using alerting::Text;

struct InputSeries {
  std::string series;     // "up{job=\"a\"}"
  std::string values;     // "0+1x10 _ stale"
  Position where;         // of the values, else of the entry
  Position series_at{};   // of the series, likewise
  bool repeated = false;  // by a range, so that its text is not the file's
};

// Unlike those of an alert, expected labels may be empty; such an expectation is never met.
struct ExpectedAlert {
  std::vector<model::Label> labels;  // sorted; alertname is added by the comparison
  alerting::Annotations annotations;
  Position where;
};

struct AlertCase {
  Duration eval_time{};
  std::string alertname;
  std::vector<ExpectedAlert> expected;
  Position where;
};

struct ExpectedSample {
  Text labels;  // "up{job=\"a\"}"; {} for a scalar
  double value = 0;
  std::optional<Position> histogram{};  // where a native one is expected, which fails the case
};

struct ExprCase {
  Text expr;
  Duration eval_time{};
  std::vector<ExpectedSample> expected;
  Position where;
};

// One entry of `tests:`: a production of its own, from its own start.
struct Test {
  std::string name;        // may be empty
  std::size_t number = 0;  // in the file, from 0
  Duration interval{};     // between the values of its series
  std::vector<InputSeries> input;
  std::vector<AlertCase> alerts;
  std::vector<ExprCase> expressions;
  model::Labels external_labels;
  std::string external_url;
  Time start{};
  Position where;

  // Its name, or promtool's for a test without one: "unnamed#3".
  std::string title() const { return name.empty() ? "unnamed#" + std::to_string(number) : name; }
};

struct UnitTestFile {
  SourcePtr source;
  std::vector<Text> rule_files;  // patterns, relative to the file's folder
  Duration evaluation_interval = 1min;
  std::vector<Text> group_eval_order;
  bool fuzzy_compare = false;  // neighbouring floating-point numbers count as equal
  // Of the block `firedrill:`, which promtool does not know.
  bool exact = true;           // an alert has the annotations that a case expects, and no others
  bool series_ranges = false;  // {i="web-[0:9]"} is ten series
  std::vector<Test> tests;
};

}  // namespace firedrill::ruletest
