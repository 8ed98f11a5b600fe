// The baseline's file: what is written is read back, and what is wrong with one is said at its place.
#include "suite/baseline.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text/escape.h"

namespace firedrill::suite {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kBad = fs::path(FIREDRILL_SOURCE_DIR) / "tests/suites/bad_baselines";

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream held;
  held << file.rdbuf();
  return held.str();
}

TEST(Baseline, IsReadBackAsItWasWritten) {
  Baseline baseline;
  baseline.slower_by = 90s;
  const std::vector<std::string> names{"outage",
                                       "with, comma",
                                       "{brace}",
                                       "it's",

                                       "null",
                                       "12",
                                       "# no",
                                       "a: b",
                                       "- dash",
                                       "  blank",
                                       "ünïcode",
                                       "true",
                                       "\"quoted\"",
                                       "[x]",
                                       "line\nend",
                                       "::error::",
                                       "*a",
                                       "&b",
                                       "%c",
                                       "@d",
                                       "`e`",
                                       "\xe2\x80\xae"
                                       "f",
                                       "0x1F",
                                       "~"};
  for (const std::string& name : names) {
    baseline.scenarios.push_back({name, 1, record::Verdict::fail});
    baseline.detections.push_back({name, 1, name, 2min + 5ms, name});
    baseline.pages.push_back({name, 1, name, name, 3});
  }
  baseline.scenarios.push_back({"outage", UINT64_MAX, record::Verdict::invalid});
  baseline.detections.push_back({"outage", UINT64_MAX, "quiet", {}, ""});
  const std::string text = write_baseline(baseline);
  EXPECT_TRUE(is_harmless(text)) << text;
  const auto read = read_baseline(make_source("b.yaml", text));
  ASSERT_TRUE(read) << render(read.error()) << text;
  EXPECT_EQ(write_baseline(*read), text);
  EXPECT_EQ(read->slower_by, 90s);
  ASSERT_EQ(read->scenarios.size(), names.size() + 1);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(read->scenarios[i].scenario, names[i]);
    EXPECT_EQ(read->detections[i].alert, names[i]);
    EXPECT_EQ(read->pages[i].incident, names[i]);
  }
  EXPECT_EQ(read->scenarios.back().seed, UINT64_MAX);
  EXPECT_FALSE(read->detections.back().detected_after);
}

// One line a scenario, an incident, an alert, in an order that does not depend on how the suite was called.
TEST(Baseline, StandsInOneOrder) {
  reports::suite::ScenarioRun b;
  b.scenario = "b";
  b.incidents = {{"y", true, 1min, "A", {}}, {"x", true, {}, "", {}}};
  reports::suite::ScenarioRun a;
  a.scenario = "a";
  a.pages = {{"Z", "", 1, {}}};
  const std::vector<reports::suite::ScenarioRun> one{a, b};
  const std::vector<reports::suite::ScenarioRun> other{b, a};
  const std::string text = write_baseline(make_baseline(one, 1min));
  EXPECT_EQ(text, write_baseline(make_baseline(other, 1min)));
  EXPECT_THAT(text, HasSubstr("scenarios:\n  - {scenario: a, seed: 1, verdict: pass}\n  - {scenario: b,"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "incident: x, detected: false}\n  - {scenario: b, seed: 1, incident: 'y', detected_after: 1m, alert: A}"));
}

// Each file of the folder with what is said of it; FIREDRILL_UPDATE_GOLDEN=1 rewrites that.
TEST(Baseline, IsRefusedWithAPlace) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kBad)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  ASSERT_FALSE(files.empty());
  for (const fs::path& path : files) {
    const auto read = read_baseline(make_source(path.filename().string(), content(path)));
    const std::string said = read ? "taken\n" : render(read.error());
    const fs::path expected = fs::path(path).replace_extension(".expected");
    if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr) std::ofstream(expected, std::ios::binary) << said;
    EXPECT_EQ(content(expected), said) << path;
    EXPECT_FALSE(read) << path;
  }
}

}  // namespace
}  // namespace firedrill::suite
