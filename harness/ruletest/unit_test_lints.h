// What is allowed in a unit test of rules and probably not meant.
#pragma once

#include <span>
#include <vector>

#include "alerting/rule_file.h"
#include "lint/lint.h"
#include "promql/options.h"
#include "ruletest/unit_test_file.h"

namespace firedrill::ruletest {

// A test, the file that it stands in, and the rules that it evaluates.
struct UnitTestLintInput {
  using Finding = Diagnostic;
  const UnitTestFile& file;
  const Test& test;
  const std::vector<const alerting::Rule*>& rules;
  promql::Version version;
};

using UnitTestLint = lint::Lint<UnitTestLintInput>;

std::span<const UnitTestLint> unit_test_lints();
// Warnings, each with its lint's name in brackets.
Diagnostics lint_unit_test(const UnitTestLintInput& input);

}  // namespace firedrill::ruletest
