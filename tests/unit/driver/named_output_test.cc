// What of a run's folder may be written again, and which files are results of tests.
#include "driver/named_output.h"

#include <gtest/gtest.h>

#include "base/files/files.h"
#include "driver/outputs.h"

namespace firedrill::driver {
namespace {

TEST(NamedOutput, KnowsResultsOfTests) {
  for (const char* text : {"<testsuites/>", "<testsuite name='x'>", "<?xml version=\"1.0\"?>\n<testsuites>",
                           "\xef\xbb\xbf <?xml ?> <!-- <html> --> <testsuite\n>"}) {
    EXPECT_TRUE(is_junit(text)) << text;
  }
  for (const char* text : {"", "testsuites", "<testsuitesx>", "<html><testsuites/>", "<!-- <testsuites/>", "<?xml",
                           "<testsuite", "groups: []"}) {
    EXPECT_FALSE(is_junit(text)) << text;
  }
}

TEST(NamedOutput, ReplacesOfARunOnlyItsOwnReport) {
  const auto root = std::filesystem::path(testing::TempDir()) / "firedrill_named_output";
  std::filesystem::remove_all(root);
  const auto write_run = [&](const char* name) {
    const std::vector<output::File> files = {{"report.md", std::string("1")},
                                             {"postmortem.md", std::string("1")},
                                             {"junit.xml", std::string("<testsuites/>")}};
    return output::OutputFolder(root / name, run_folder()).write(files).has_value();
  };
  struct Case {
    const char* path;
    const char* record;
    const char* report;
    bool written;
    bool next_run;  // whether the next run still finds its own there
    output::NamedFileOptions options{};
  };
  const std::vector<Case> cases = {
      {"run/report.md", "run", "report.md", true, true},
      {"run/report.md", "other", "report.md", false, true},
      {"run/report.md", "run", "report.html", false, true},
      {"run/report.md", "run", "report.html", true, false, {.force = true}},
      {"run/postmortem.md", "run", "postmortem.md", true, true},
      {"run/junit.xml", "run", "", false, true, {.replaceable = is_junit}},
      {"run/new.md", "run", "report.md", true, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.path) + " by " + c.report + " of " + c.record);
    std::filesystem::remove_all(root);
    ASSERT_TRUE(write_run("run") && write_run("other"));
    const auto done = write_named_output({root / c.path, "2", root / c.record, c.report}, c.options);
    EXPECT_EQ(done.has_value(), c.written);
    EXPECT_EQ((*read_source(root / c.path))->text == "2", c.written);
    EXPECT_EQ(write_run("run"), c.next_run);
  }
}

}  // namespace
}  // namespace firedrill::driver
