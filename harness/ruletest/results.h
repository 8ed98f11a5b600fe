// What a run over many unit-test files gave, as text for people, JSON and JUnit XML for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "ruletest/coverage.h"
#include "ruletest/test_result.h"

namespace firedrill::ruletest {

struct FileResult {
  std::string path;    // as the user named it
  Diagnostics errors;  // the file could not be used; then there are no tests
  Diagnostics warnings;
  std::vector<TestResult> tests;

  bool passed() const;
  std::size_t checks() const;
};

// Makes of the file's warnings, and of those of its tests, the failures of one test more.
void fail_on_warnings(FileResult& file);

struct CoverageResult {
  const Coverage& coverage;
  double required = 0;  // percent; 0: any will do

  bool passed() const { return coverage.percent() >= required; }
  // "coverage 40.0 % is below the 80 % of --min-coverage"
  std::string what_is_missing() const;
};

struct TextOptions {
  bool only_differences = false;  // of a diff, leave out the lines that are the same
};

// One failure with its difference and its evidence, several lines.
std::string describe(const Failure& failure, const TextOptions& options);
// "tests/a.yml: passed, 2 tests, 5 cases" or its failures.
std::string describe(const FileResult& file, const TextOptions& options);

// `coverage` may be null. A coverage below what is required is a failed suite of its own.
json::value results_json(const std::vector<FileResult>& files, const CoverageResult* coverage);
// `command` is what names the whole.
std::string results_junit(const std::vector<FileResult>& files, const CoverageResult* coverage,
                          std::string_view command = "firedrill test rules");

// What no test exercises, rule by rule, and the share that they do.
std::string describe(const Coverage& coverage);

}  // namespace firedrill::ruletest
