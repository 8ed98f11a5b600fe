#include "base/output/named_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files/files.h"
#include "base/output/own_names.h"
#include "folder_fixture.h"

namespace firedrill::output {
namespace {

TEST(NamedFile, ReplacesNothingUnasked) {
  struct Case {
    std::string name;
    std::string refusal;
    NamedFileOptions options{};
  };
  const std::string other = "is there already, and holds something else";
  const auto begins_with_their = [](std::string_view text) { return text.starts_with("their"); };
  const std::vector<Case> cases = {
      {"new", ""},
      {"a/new/one", ""},
      {"same", ""},
      {"theirs", other},
      {"theirs", "", {.force = true}},
      {"theirs", "", {.replaceable = begins_with_their}},
      {"others", other, {.replaceable = begins_with_their}},
      {"link", "is a symbolic link, and is not written to"},
      {"link", "is a symbolic link, and is not written to", {.force = true}},
      {"nowhere", "is a symbolic link, and is not written to", {.force = true}},
      {"pipe", "is a pipe, a socket or a device, and is not written to", {.force = true}},
      {"folder", "is a folder, and is not written to", {.force = true}},
      {"folder/", "is a folder"},
      {"by/a/link/file", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto folder = fresh_folder("named");
    put(folder, {{"same", "ours"},
                 {"theirs", "theirs"},
                 {"others", "others"},
                 {"link", "-> theirs"},
                 {"nowhere", "-> missing"},
                 {"pipe", "|"},
                 {"folder", "/"},
                 {"elsewhere", "/"},
                 {"by/a/link", "-> ../../elsewhere"}});
    Contents before = contents_of(folder);
    const auto done = write_named_file(folder / c.name, "ours", c.options);
    EXPECT_EQ(done ? "" : done.error().diagnostics.at(0).what, c.refusal);
    if (done) {
      EXPECT_EQ((*read_source(folder / c.name))->text, "ours");
    } else {
      EXPECT_EQ(done.error().reason, Reason::refused);
      EXPECT_EQ(contents_of(folder), before);
    }
  }
}

TEST(NamedFile, LeavesNothingBehind) {
  const auto folder = fresh_folder("nothing");
  put(folder, {{"file", "theirs"}});
  EXPECT_FALSE(write_named_file(folder / "file/below", "x", {}));
  const NamedFileOptions stopped{.hooks = {[] { return true; }, nullptr}};
  const auto done = write_named_file(folder / "a/b", "x", stopped);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::interrupted);
  EXPECT_EQ(contents_of(folder), (Contents{{"file", "theirs"}}));
}

// Whose process was killed while it wrote them; what only looks so stays.
TEST(NamedFile, SweepsWhatTheDeadLeft) {
  const auto folder = fresh_folder("swept");
  constexpr std::int64_t kNobody = 2147483646;  // beyond any process that a system has
  const std::string dead = temporary_name(kNobody, 0);
  const std::string alive = temporary_name(::getpid(), 7);
  const std::string linked = temporary_name(kNobody, 1);
  const std::string link = temporary_name(kNobody, 2);
  const std::string below = temporary_name(kNobody, 3);
  put(folder,
      {{dead, "half"}, {alive, "half"}, {linked, "half"}, {link, "-> other"}, {below, "/"}, {"other", "theirs"}});
  put(folder, {{".firedrill-1-x", "theirs"}, {".firedrill-0-1", "theirs"}, {".firedrill-new", "/"}});
  std::filesystem::create_hard_link(folder / linked, folder / "another-name");
  ASSERT_TRUE(write_named_file(folder / "new", "ours", {}));
  EXPECT_FALSE(std::filesystem::exists(folder / dead));
  for (const std::string& kept : {alive, linked, below, std::string("other"), std::string(".firedrill-1-x"),
                                  std::string(".firedrill-0-1"), std::string(".firedrill-new")}) {
    EXPECT_TRUE(std::filesystem::exists(folder / kept)) << kept;
  }
  EXPECT_TRUE(std::filesystem::is_symlink(folder / link));
}

TEST(NamedFile, IsNoNameOfOurs) {
  const auto folder = fresh_folder("own");
  for (const char* name : {".firedrill-new", ".firedrill-new/a", "a/.firedrill-new/b", ".firedrill-12-0"}) {
    const auto written = write_named_file(folder / name, "ours", {.force = true});
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().reason, Reason::refused);
    EXPECT_FALSE(written.error().diagnostics.at(0).remedy.empty());
  }
  EXPECT_TRUE(write_named_file(folder / ".firedrill-news", "ours", {}));
}

TEST(NamedFile, IsNoDevice) {
  const auto done = write_named_file("/dev/null", "x", {.force = true, .otherwise = "leave it away"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().diagnostics.at(0).remedy, "leave it away");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace firedrill::output
