// promtool's unit-test files and the rule files that they name.
#pragma once

#include <memory>
#include <vector>

#include "alerting/rule_file.h"
#include "base/files/read_scope.h"
#include "promql/options.h"
#include "ruletest/unit_test_file.h"
#include "scenario/rules_yaml.h"
#include "scenario/yaml.h"

namespace firedrill::scenario {

// The errors, all at once, are added to `diagnostics`. Fields that promtool 2.42 does not know are errors with version
// 2.
ruletest::UnitTestFile decode_unit_test_file(const Document& document, const promql::Options& options,
                                             Diagnostics& diagnostics);

struct LoadedUnitTest {
  ruletest::UnitTestFile file;
  std::vector<std::shared_ptr<const alerting::RuleFile>> rules;  // finished, each file once
  // Of the rule files: promtool counts them against each test, so that a file without tests passes.
  Diagnostics rule_errors;
  Diagnostics warnings;
};

// Patterns are relative to the unit-test file's folder; one that matches nothing is a warning. Unknown fields are
// ignored in the rule files only, as by promtool. They are read within the file's scope.
Result<LoadedUnitTest> load_unit_test(const FirstFile& file, const RuleFileOptions& options);

// What is wrong with the file, its rule files, series and expressions, without running a test.
Diagnostics check_unit_test(const FirstFile& file, const RuleFileOptions& options);

}  // namespace firedrill::scenario
