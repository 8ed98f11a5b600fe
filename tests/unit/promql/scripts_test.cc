// The project's own scripts, tests/promql/*.test.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/files/files.h"
#include "promql/testscript/script.h"

namespace firedrill::promql {
namespace {

TEST(Scripts, Pass) {
  const auto folder = std::filesystem::path(FIREDRILL_SOURCE_DIR) / "tests/promql";
  std::size_t scripts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".test") continue;
    ++scripts;
    const auto source = read_source(entry.path());
    ASSERT_TRUE(source);
    // A file named *_v2.test is about Prometheus 2; scripts of ours have names removed at once, as production does.
    // One named *_delayed.test has delayed name removal, *_v3_5.test is about Prometheus 3.5.
    const bool delayed = entry.path().stem().string().ends_with("_delayed");
    const bool v2 = entry.path().stem().string().ends_with("_v2");
    const bool v3_5 = entry.path().stem().string().ends_with("_v3_5");
    const Options engine{.version = v2     ? Version::v2
                                    : v3_5 ? Version::v3_5
                                           : Version::v3,
                         .experimental_functions = true,
                         .delayed_name_removal = delayed};
    const auto result = run_script(*source, {.engine = engine});
    ASSERT_TRUE(result) << render(result.error());
    EXPECT_TRUE(result->passed()) << render(result->failures);
    EXPECT_GT(result->evaluations, 0U) << entry.path();
  }
  EXPECT_GT(scripts, 0U);
}

TEST(Scripts, AreRefusedWithTheirLine) {
  struct Case {
    const char* text;
    const char* what;
    std::size_t line;
  };
  for (const Case& c :
       {Case{"lod 1m", "invalid command \"lod\"", 1},
        Case{"load 1m\n  up 1 2x", "unexpected \"2x\" in series values", 2},
        Case{"load 1m\n  up 1x99999999999", "series of more than 50000000 values", 2},
        Case{"load 1m\n  up {{schema:1}}", "native histograms are not supported", 2},
        Case{"load 1m\n  up{a=} 1", "unexpected \"}\" in label set, expected string", 2},
        Case{"load 1m\n  {} 1", "empty labelset: invalid sample", 2},
        Case{"load 0s\n  up 1x9", "the interval of load must be greater than 0", 1},
        Case{"load soon", "not a valid duration string: \"soon\"", 1}, Case{"eval sometimes up", "invalid eval", 1},
        Case{"eval instant at 1m up\n  expect rain", "invalid expectation \"rain\"", 2}}) {
    const auto result = run_script(make_source("x.test", c.text), {});
    ASSERT_FALSE(result) << c.text;
    EXPECT_EQ(result.error().front().what, c.what) << c.text;
    EXPECT_EQ(result.error().front().where.line, c.line) << c.text;
  }
}

TEST(Scripts, LeaveOutWhateverReadsANativeHistogram) {
  const auto result = run_script(make_source("x.test",
                                             "load_with_nhcb 1m\n  b_bucket{le=\"+Inf\"} 1\n\n"
                                             "load 1m\n  h{a=\"1\"} {{schema:0 sum:1 count:1}}x5\n  h{a=\"2\"} 7\n\n"
                                             "eval instant at 0m absent(h)\n  {} 1\n\n"
                                             "eval instant at 0m count(h)\n\n"
                                             "eval instant at 0m b\n\n"
                                             "eval instant at 0m count(b_bucket)\n  {} 1\n\n"
                                             "eval instant at 0m h{a=\"2\"}\n  h{a=\"2\"} 7\n\n"
                                             "clear\n\neval instant at 0m absent(h)\n  {} 1\n"),
                                 {.leave_out = true});
  ASSERT_TRUE(result) << render(result.error());
  EXPECT_TRUE(result->passed()) << render(result->failures);
  EXPECT_EQ(result->left_out.at("native histograms"), 3U);
  EXPECT_EQ(result->evaluations, 3U);
}

TEST(Scripts, ReportWhatDiffers) {
  const auto result = run_script(make_source("x.test",
                                             "load 1m\n  up{job=\"a\"} 1 2 3\n\n"
                                             "eval instant at 1m up\n  up{job=\"a\"} 3\n  up{job=\"b\"} 1\n\n"
                                             "eval instant at 1m sum(\n  {} 1\n"),
                                 {});
  ASSERT_TRUE(result);
  ASSERT_GE(result->failures.size(), 3U);
  EXPECT_EQ(result->failures[0].what, "expected 3 for up{job=\"a\"}, got 2");
  EXPECT_EQ(result->failures[1].what, "expected up{job=\"b\"}, which is not in the result");
  EXPECT_EQ(result->failures.back().what, "cannot parse the expression: unclosed left parenthesis");
  EXPECT_EQ(result->failures.back().where.line, 8U);
}

}  // namespace
}  // namespace firedrill::promql
