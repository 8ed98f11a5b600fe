#include <gtest/gtest.h>

#include "ruletest/results.h"
#include "ruletest/run_test.h"

namespace firedrill::ruletest {
namespace {

// A series of a trillion values, of which the case at 1h sees the last `look_back`.
TestResult run_with(const std::string& expression) {
  UnitTestFile file;
  file.evaluation_interval = 1min;
  ruletest::Test test;
  test.interval = 1ms;
  test.input.push_back({"m", "0+1x1000000000000", {}});
  ExprCase expr;
  expr.expr.value = expression;
  expr.eval_time = 1h;
  test.expressions.push_back(expr);
  RunOptions options;
  options.evidence = false;
  options.max_bytes = std::size_t{8} << 20;
  return run_test(file, test, {}, options, nullptr);
}

TEST(Memory, HoldsNoMoreThanTheCasesSee) {
  const TestResult result = run_with("m - m");
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_EQ(result.failures[0].kind, Failure::Kind::samples) << "0 expected, 1 there";
}

TEST(Memory, SaysWhenTheCasesSeeTooMuch) {
  const TestResult result = run_with("sum_over_time(m[1h])");
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_EQ(result.failures[0].what, "the samples that this test looks back on at once take more than 8 MiB");
  EXPECT_FALSE(result.failures[0].remedy.empty());
}

}  // namespace
}  // namespace firedrill::ruletest
