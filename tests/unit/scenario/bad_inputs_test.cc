// Runs every case of tests/bad_inputs: what `firedrill check` says about a bad input, to the letter. A case is a folder
// whose file `expected` holds the command, the whole output and the exit code. Inputs that are too large or too odd to
// be kept in the repository are made here; their `expected` files stand in tests/bad_inputs/generated.
//
//     FIREDRILL_UPDATE_GOLDEN=1 ./build/dev/tests/scenario_test --gtest_filter='BadInputs*'
//
// writes the files anew; then read what changed, with the eyes of somebody who has to mend that input.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "base/files/files.h"
#include "base/text/format.h"
#include "scenario/check.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = fs::path(FIREDRILL_SOURCE_DIR) / "tests/bad_inputs";
constexpr std::string_view kCommand = "$ firedrill check ";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The command, its output, its exit code: as the command line gives them.
std::string transcript(const std::string& path) {
  const Diagnostics found = check_path(path);
  for (const Diagnostic& each : found) EXPECT_NE(each.remedy, "") << "an error says what to do: " << render(each);
  return format("{}{}\n{}exit {}\n", kCommand, path, render(found), has_errors(found) ? 2 : 0);
}

// What a case checks: what its `expected` says; of a new case its scenario, or its one YAML file.
std::string checked_path(const fs::path& folder) {
  const std::string expected = read(folder / "expected");
  if (expected.starts_with(kCommand)) {
    return expected.substr(kCommand.size(), expected.find('\n') - kCommand.size());
  }
  const std::string name = folder.filename().string();
  if (fs::exists(folder / "scenario.yaml")) return name;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") return name + "/" + entry.path().filename().string();
  }
  return name;
}

void compare(const std::string& got, const fs::path& golden) {
  if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(read(golden) == got || write_file(golden, got));
    return;
  }
  EXPECT_EQ(got, read(golden)) << "if this is right: FIREDRILL_UPDATE_GOLDEN=1, then read " << golden;
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kRoot)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && name != "shared" && name != "generated") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string test_name(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

class BadInputs : public testing::TestWithParam<std::string> {};

TEST_P(BadInputs, AreToldToTheLetter) {
  fs::current_path(kRoot);
  compare(transcript(checked_path(kRoot / GetParam())), kRoot / GetParam() / "expected");
}

INSTANTIATE_TEST_SUITE_P(Cases, BadInputs, testing::ValuesIn(case_names()),
                         [](const auto& it) { return test_name(it.param); });

std::string repeated(std::string_view unit, std::size_t times) {
  std::string text;
  text.reserve(unit.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += unit;
  return text;
}

struct Generated {
  std::string name;
  std::function<std::string()> text;  // of its scenario.yaml
};

std::string merge_bomb() {
  std::string text = "base: &base {";
  for (int i = 0; i < 2000; ++i) text += format("k{}: 1, ", i);
  text += "}\n";
  for (int i = 0; i < 2000; ++i) text += format("m{}: {{<<: *base}}\n", i);
  return text;
}

std::string indented(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += std::string(i, ' ') + "a:\n";
  return text;
}

std::vector<Generated> generated_cases() {
  return {
      {"ten-megabytes", [] { return "version: 1\n# " + repeated("0123456789", 1024 * 1024) + "\n"; }},
      {"nested-10000-lists",
       [] { return "version: 1\ntags: " + repeated("[", 10'000) + repeated("]", 10'000) + "\n"; }},
      {"nested-10000-mappings", [] { return "x: " + repeated("{a: ", 10'000) + "1" + repeated("}", 10'000) + "\n"; }},
      {"nested-10000-dashes", [] { return repeated("- ", 10'000) + "x\n"; }},
      {"nested-2000-indentations", [] { return indented(2000); }},
      {"nested-10000-open", [] { return repeated("[", 10'000); }},
      {"a-million-items", [] { return "tags: [" + repeated("a,", 1'000'000) + "a]\n"; }},
      {"merge-bomb", merge_bomb},
      {"long-line", [] { return "version: 1\nname: " + repeated("x", 100'000) + ": y\n"; }},
  };
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "firedrill-bad-inputs-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    fs::current_path(path_);
  }
  ~TemporaryFolder() {
    fs::current_path(kRoot);
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

 private:
  fs::path path_;
};

class GeneratedBadInputs : public testing::TestWithParam<std::size_t> {};

TEST_P(GeneratedBadInputs, AreToldToTheLetter) {
  const Generated made = generated_cases()[GetParam()];
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(made.name + "/scenario.yaml", made.text()));
  compare(transcript(made.name), kRoot / "generated" / (made.name + ".expected"));
}

INSTANTIATE_TEST_SUITE_P(Cases, GeneratedBadInputs, testing::Range<std::size_t>(0, generated_cases().size()),
                         [](const auto& it) { return test_name(generated_cases()[it.param].name); });

TEST(UnreadableFiles, AreToldWithTheSystemsReason) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file("unreadable/scenario.yaml", "version: 1\n"));
  fs::permissions("unreadable/scenario.yaml", fs::perms::none);
  compare(transcript("unreadable"), kRoot / "generated/unreadable.expected");
}

TEST(UnreadableFiles, AreToldToRootToo) {
  const TemporaryFolder folder;
  ASSERT_TRUE(fs::create_directory("links"));
  fs::create_symlink("scenario.yaml", "links/scenario.yaml");
  compare(transcript("links/scenario.yaml"), kRoot / "generated/links.expected");
}

TEST(OddFiles, ThatNeverEndAreRefused) {
  const TemporaryFolder folder;
  ASSERT_TRUE(fs::create_directory("fifo"));
  ASSERT_EQ(::mkfifo("fifo/scenario.yaml", 0600), 0);
  compare(transcript("fifo"), kRoot / "generated/fifo.expected");
}

// Sparse: nothing of it is ever read.
TEST(OddFiles, TenGigabytesOfRecordedSeriesAreRefusedByTheirSize) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file("recorded/scenario.yaml",
                         "version: 1\nname: recorded\nstart: 2026-03-03T13:30:00Z\nduration: 60m\n"
                         "topology: topology.yaml\nmetrics:\n  - {file: recorded.om}\n"));
  ASSERT_TRUE(write_file("recorded/topology.yaml",
                         "services:\n  web:\n    replicas: 1\n    traffic: {requests_per_second: 5}\n    routes: "
                         "[{method: GET, path: /}]\n"));
  ASSERT_TRUE(write_file("recorded/recorded.om", "# EOF\n"));
  fs::resize_file("recorded/recorded.om", std::uintmax_t{10} << 30);
  compare(transcript("recorded"), kRoot / "generated/recorded-ten-gigabytes.expected");
}

}  // namespace
}  // namespace firedrill::scenario
