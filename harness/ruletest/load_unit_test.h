// A unit-test file and the rule files that it names, read and decoded.
#pragma once

#include <memory>
#include <vector>

#include "alerting/rules_yaml.h"
#include "base/files/read_scope.h"
#include "base/result.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

struct LoadedUnitTest {
  UnitTestFile file;
  std::vector<std::shared_ptr<const alerting::RuleFile>> rules;  // finished, each file once
  // Of the rule files: promtool counts them against each test, so that a file without tests passes.
  Diagnostics rule_errors;
  Diagnostics warnings;
};

// Patterns are relative to the unit-test file's folder; one that matches nothing is a warning. Unknown fields are
// ignored in the rule files only, as by promtool. They are read within the file's scope.
Result<LoadedUnitTest> load_unit_test(const FirstFile& file, const alerting::RuleFileOptions& options);

// What is wrong with the file, its rule files, series and expressions, without running a test.
Diagnostics check_unit_test(const FirstFile& file, const alerting::RuleFileOptions& options);

}  // namespace firedrill::ruletest
