// Runs one test of a unit-test file, with promtool's verdict (Prometheus: cmd/promtool/unittest.go).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "alerting/rule_file.h"
#include "base/bounds/budget.h"
#include "promql/options.h"
#include "ruletest/coverage.h"
#include "ruletest/test_result.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

using RuleFiles = std::vector<std::shared_ptr<const alerting::RuleFile>>;

struct RunOptions {
  promql::Options promql;  // the default step of subqueries is the file's evaluation interval, whatever stands here
  // Each group at its own interval, as in production. promtool evaluates every group at evaluation_interval.
  bool honour_group_interval = false;
  // Show sub-expressions over time where a case fails.
  bool evidence = true;
  bool dump = false;  // keep all samples, and write them into the result
  // Samples that a test may hold at once; more is a mistake, or better said so than found out from the operating
  // system.
  std::size_t max_bytes = std::size_t{2} << 30;
  // What all tests of a command may use; null: no bound. Where it is exceeded, tests end early, and their results are
  // nothing.
  Budget* budget = nullptr;
};

// `rules` have passed finish() without an error, each file once. What the test exercised is added to `coverage` if it
// is not null.
TestResult run_test(const UnitTestFile& file, const Test& test, const RuleFiles& rules, const RunOptions& options,
                    Coverage* coverage);

}  // namespace firedrill::ruletest
