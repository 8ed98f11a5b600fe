// Whose files are replaced and removed, and whose are not.
#include "base/output/output_folder.h"

#include <gtest/gtest.h>

#include "folder_fixture.h"

namespace firedrill::output {
namespace {

struct Case {
  std::string about;
  std::string first;  // what a run wrote there, if any did
  Contents change;    // and people afterwards
  std::string run;
  std::string refusal;  // empty: it is written
  Contents after{};     // what is there then, if it is written
};

const std::string kHeld = ", and firedrill did not write it";
const std::string kChanged = ": has been changed since firedrill wrote it";
const std::string kNotOurs = ": stands where firedrill writes, and is not what it wrote";

const std::vector<Case> kCases = {
    {"an empty folder is taken", "", {}, "record=1 in/x=2", "", {{"record", "1"}, {"in/x", "2"}}},
    {"another run replaces it", "record=1 in/x=1", {}, "record=2 in/x=2", "", {{"record", "2"}, {"in/x", "2"}}},
    {"what is not written again goes, and its folders",
     "record=1 in/deep/er/x=1 report=1",
     {},
     "record=2",
     "",
     {{"record", "2"}}},
    {"a folder that people use stays",
     "record=1 in/deep/x=1",
     {{"in/own", "theirs"}},
     "record=2",
     "",
     {{"record", "2"}, {"in/own", "theirs"}}},
    {"people's files beside ours stay",
     "record=1",
     {{"notes", "theirs"}, {"link", "-> /etc"}, {"pipe", "|"}, {"empty", "/"}},
     "record=2",
     "",
     {{"record", "2"}, {"notes", "theirs"}, {"link", "-> /etc"}, {"pipe", "|"}, {"empty", "/"}}},
    {"what people removed is written again", "record=1 report=1", {{"record", ""}}, "record=2", "", {{"record", "2"}}},
    {"somebody's folder", "", {{"notes", "theirs"}}, "record=1", ".: holds 'notes'" + kHeld},
    {"somebody's folder of many",
     "",
     {{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}, {"e", "/"}},
     "record=1",
     ".: holds 'a', 'b', 'c' and 2 more" + kHeld},
    {"a file of our name in somebody's folder", "", {{"record", "theirs"}}, "record=1", ".: holds 'record'" + kHeld},
    {"a changed file", "record=1 report=1", {{"report", "theirs"}}, "record=2 report=2", "report" + kChanged},
    {"a changed file that would go", "record=1 report=1", {{"report", "theirs"}}, "record=2", "report" + kChanged},
    {"all that is changed is said",
     "record=1 report=1",
     {{"report", "theirs"}, {"record", "theirs"}},
     "record=2",
     "record" + kChanged + "; report" + kChanged},
    {"a foreign file in a place of ours", "record=1", {{"report", "theirs"}}, "record=2 report=2", "report" + kNotOurs},
    {"a link in a place of ours",
     "record=1",
     {{"report", "-> /etc/passwd"}},
     "record=2 report=2",
     "report: is a symbolic link where firedrill writes a file"},
    {"a link in place of what we wrote",
     "record=1 report=1",
     {{"report", "-> record"}},
     "record=2",
     "report: is a symbolic link where firedrill writes a file"},
    {"a folder in a place of ours",
     "record=1",
     {{"report", "/"}},
     "record=2 report=2",
     "report: is a folder where firedrill writes a file"},
    {"a pipe in a place of ours",
     "record=1",
     {{"report", "|"}},
     "record=2 report=2",
     "report: is a pipe, a socket or a device where firedrill writes a file"},
    {"a pipe for the list",
     "",
     {{"manifest.json", "|"}},
     "record=1",
     "manifest.json: is a pipe, a socket or a device where firedrill writes a file"},
    {"a link for a folder",
     "record=1",
     {{"in", "-> /etc"}},
     "record=2 in/x=2",
     "in: is a symbolic link where a folder is needed"},
    {"a file for a folder",
     "record=1",
     {{"in", "theirs"}},
     "record=2 in/x=2",
     "in: is a file where a folder is needed"},
    {"a link in place of a folder of ours",
     "record=1 in/x=1",
     {{"in", "-> /etc"}},
     "record=2",
     "in: is a symbolic link where a folder is needed"},
    // Drafts.
    {"an unchanged draft is replaced", "post.md=1", {}, "post.md=2", "", {{"post.md", "2"}}},
    {"an unchanged draft goes", "record=1 post.md=1", {}, "record=2", "", {{"record", "2"}}},
    {"a changed draft stays, the new one beside it",
     "post.md=1",
     {{"post.md", "theirs"}},
     "post.md=2",
     "",
     {{"post.md", "theirs"}, {"post.draft.md", "2"}}},
    {"a changed draft stays without a new one",
     "record=1 post.md=1",
     {{"post.md", "theirs"}},
     "record=2",
     "",
     {{"record", "2"}, {"post.md", "theirs"}}},
    {"a draft of theirs stays",
     "record=1",
     {{"post.md", "theirs"}, {"post.draft.md", "theirs too"}},
     "record=2 post.md=2",
     "",
     {{"record", "2"}, {"post.md", "theirs"}, {"post.draft.md", "theirs too"}, {"post.draft-2.md", "2"}}},
    {"a link for a draft",
     "record=1",
     {{"post.md", "-> record"}},
     "record=2 post.md=2",
     "post.md: is a symbolic link where firedrill writes a file"},
    // What an interrupted run leaves.
    {"an uncommitted subfolder is swept",
     "record=1",
     {{".firedrill-new/0", "half"}, {".firedrill-new/manifest.part", "half"}},
     "record=2",
     "",
     {{"record", "2"}}},
    {"also in a folder that is empty otherwise", "", {{".firedrill-new/0", "half"}}, "record=2", "", {{"record", "2"}}},
    {"but not in somebody's",
     "",
     {{".firedrill-new/0", "half"}, {"notes", "theirs"}},
     "record=2",
     ".: holds 'notes'" + kHeld},
    {"nor with something else in it",
     "record=1",
     {{".firedrill-new/notes", "theirs"}, {".firedrill-new/0", "half"}},
     "record=2",
     ".firedrill-new/notes: is not what firedrill writes there"},
    {"nor a link in it",
     "record=1",
     {{".firedrill-new/0", "-> /etc/passwd"}},
     "record=2",
     ".firedrill-new/0: is not what firedrill writes there"},
    {"nor a link for it",
     "record=1",
     {{".firedrill-new", "-> in"}},
     "record=2",
     ".firedrill-new: is a symbolic link, and firedrill needs a folder there"},
    {"nor with a pipe for its list",
     "record=1",
     {{".firedrill-new/manifest.json", "|"}},
     "record=2",
     ".firedrill-new/manifest.json: is a pipe, a socket or a device where firedrill writes a file"},
};

TEST(OutputFolder, OwnsWhatItWroteAndNothingElse) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.about);
    const auto folder = fresh_folder("owns");
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(c.first.empty() || written(folder, c.first).empty());
    put(folder, c.change);
    const Contents before = contents_of(folder);
    EXPECT_EQ(written(folder, c.run), c.refusal);
    EXPECT_EQ(c.refusal.empty() ? outputs_of(folder) : contents_of(folder), c.refusal.empty() ? c.after : before);
  }
}

// What write() would refuse is refused beforehand, and looking changes nothing.
TEST(OutputFolder, IsCheckedBeforehand) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.about);
    const auto folder = fresh_folder("checked");
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(c.first.empty() || written(folder, c.first).empty());
    put(folder, c.change);
    const Contents before = contents_of(folder);
    const std::vector<std::string> names = {"record", "report", "in/x", "post.md"};
    const auto checked = OutputFolder(folder, kTestFolder).check(names);
    if (!c.refusal.empty()) {
      ASSERT_FALSE(checked);
      EXPECT_EQ(checked.error().reason, Reason::refused);
      EXPECT_NE(c.refusal.find(checked.error().diagnostics.at(0).what), std::string::npos);
      EXPECT_EQ(contents_of(folder), before);
    }
  }
}

TEST(OutputFolder, IsMadeAndGoesAgainIfNothingCouldBeWritten) {
  const auto folder = fresh_folder("made");
  EXPECT_EQ(written(folder / "a/b", "record=1"), "");
  EXPECT_EQ(outputs_of(folder / "a/b"), (Contents{{"record", "1"}}));
  const Hooks at_once{[] { return true; }, nullptr};
  EXPECT_EQ(written(folder / "c/d", "record=1", at_once), "interrupted");
  EXPECT_FALSE(std::filesystem::exists(folder / "c"));
  EXPECT_EQ(written(folder / "a/b", "record=2", at_once), "interrupted");
  EXPECT_EQ(outputs_of(folder / "a/b"), (Contents{{"record", "1"}}));
}

TEST(OutputFolder, MayItselfBeALink) {
  const auto folder = fresh_folder("link");
  put(folder, {{"real", "/"}, {"link", "-> real"}, {"nowhere", "-> missing"}, {"file", "theirs"}});
  EXPECT_EQ(written(folder / "link", "record=1"), "");
  EXPECT_EQ(outputs_of(folder / "real"), (Contents{{"record", "1"}}));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"nowhere", "is a symbolic link to nowhere"},
      {"file", "is no folder"},
      {"file/below", "cannot be written to: Not a directory"},
      {"not/yet", ""},
      {"real", ""},
  };
  for (const auto& [name, refusal] : cases) {
    const auto checked = OutputFolder(folder / name, kTestFolder).check({});
    EXPECT_EQ(checked ? "" : checked.error().diagnostics.at(0).what, refusal) << name;
  }
  EXPECT_FALSE(OutputFolder("/proc/firedrill", kTestFolder).check({})) << "where nobody can make anything";
  EXPECT_FALSE(std::filesystem::exists(folder / "not"));
}

TEST(OutputFolder, SaysThatAListIsTooLarge) {
  const auto folder = fresh_folder("large");
  put(folder, {{"manifest.json", "[" + std::string(9 << 20, ' ') + "]"}});
  const auto checked = OutputFolder(folder, kTestFolder).check({});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().diagnostics.at(0).what, "is no list of what firedrill wrote: it is larger than 8 MiB");
}

TEST(OutputFolder, SaysWhereADraftIs) {
  const auto folder = fresh_folder("draft");
  ASSERT_EQ(written(folder, "post.md=1"), "");
  put(folder, {{"post.md", "theirs"}});
  const std::vector<File> files = {{"post.md", std::string("2")}};
  const auto kept = OutputFolder(folder, kTestFolder).write(files);
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1u);
  EXPECT_EQ(kept->at(0).changed, folder / "post.md");
  EXPECT_EQ(kept->at(0).draft, folder / "post.draft.md");
  // The unchanged draft is replaced; without the changed one its place is free again.
  ASSERT_EQ(written(folder, "post.md=3"), "");
  EXPECT_EQ(outputs_of(folder), (Contents{{"post.md", "theirs"}, {"post.draft.md", "3"}}));
  put(folder, {{"post.md", ""}});
  ASSERT_EQ(written(folder, "post.md=4"), "");
  EXPECT_EQ(outputs_of(folder), (Contents{{"post.md", "4"}}));
}

TEST(OutputFolder, WritesOneFileAgain) {
  const auto folder = fresh_folder("again");
  ASSERT_EQ(written(folder, "record=1 report=1"), "");
  const OutputFolder output(folder, kTestFolder);
  EXPECT_TRUE(output.lists("report"));
  EXPECT_FALSE(output.lists("notes"));
  EXPECT_TRUE(output.replace({"report", std::string("2")}, false));
  EXPECT_EQ(outputs_of(folder), (Contents{{"record", "1"}, {"report", "2"}}));
  put(folder, {{"report", "theirs"}});
  EXPECT_FALSE(output.replace({"report", std::string("3")}, false));
  EXPECT_TRUE(output.replace({"report", std::string("3")}, true));
  // The list has followed, so that the next run finds its own.
  EXPECT_EQ(written(folder, "record=4"), "");
  EXPECT_EQ(outputs_of(folder), (Contents{{"record", "4"}}));
}

TEST(OutputFolder, LeavesModesToTheUmask) {
  const mode_t before = ::umask(0027);
  const auto folder = fresh_folder("modes");
  EXPECT_EQ(written(folder, "record=1 in/x=1"), "");
  ::umask(before);
  const auto mode = [&](const char* name) {
    return static_cast<unsigned>(std::filesystem::status(folder / name).permissions());
  };
  EXPECT_EQ(mode("record"), 0640u);
  EXPECT_EQ(mode("manifest.json"), 0640u);
  EXPECT_EQ(mode("in"), 0750u);
  EXPECT_EQ(mode("in/x"), 0640u);
}

}  // namespace
}  // namespace firedrill::output
