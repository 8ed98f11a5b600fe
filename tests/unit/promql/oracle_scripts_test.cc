// Prometheus's own scripts, where the shared folder has them.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "promql/script.h"

namespace firedrill::promql {
namespace {

TEST(OracleScripts, Pass) {
  const std::filesystem::path folder = std::filesystem::path(FIREDRILL_SOURCE_DIR) / "../shared/oracle/promqltest";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const char* name :
       {"aggregators", "collision", "functions", "literals", "operators", "selectors", "staleness", "trig_functions"}) {
    const auto source = read_source(folder / (std::string(name) + ".test"));
    ASSERT_TRUE(source);
    const auto result = run_script(*source, {.skip_histograms = true});
    ASSERT_TRUE(result) << render(result.error());
    for (const Diagnostic& failure : result->failures) {
      ADD_FAILURE() << name << ".test:" << failure.where.line << ": " << failure.what;
    }
    std::cout << name << ": " << result->evaluations << " evaluations, " << result->skipped << " skipped, "
              << result->failures.size() << " failures\n";
  }
}

}  // namespace
}  // namespace firedrill::promql
