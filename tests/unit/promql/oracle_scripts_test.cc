// Prometheus's own scripts, where the shared folder has them: all evaluations must give what is expected. What has to
// do with native histograms is left out by the runner, which counts it.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files/files.h"
#include "promql/testscript/script.h"

namespace firedrill::promql {
namespace {

class OracleScript : public testing::TestWithParam<const char*> {};

TEST_P(OracleScript, Passes) {
  const std::string name = GetParam();
  const auto path = std::filesystem::path(FIREDRILL_SOURCE_DIR) / "../shared/oracle/promqltest" / (name + ".test");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const auto source = read_source(path);
  ASSERT_TRUE(source);
  const auto result = run_script(*source, {.leave_out = true});
  ASSERT_TRUE(result) << render(result.error());
  for (const Diagnostic& failure : result->failures) {
    ADD_FAILURE() << path << ":" << failure.where.line << ": " << failure.what;
  }
  RecordProperty("evaluations", static_cast<int>(result->evaluations));
  for (const auto& [what, count] : result->left_out) RecordProperty("left out: " + what, static_cast<int>(count));
}

INSTANTIATE_TEST_SUITE_P(All, OracleScript,
                         testing::Values("aggregators", "collision", "functions", "literals", "operators", "selectors",
                                         "staleness", "trig_functions"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace firedrill::promql
