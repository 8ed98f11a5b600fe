// What may be read for a command: below the repository of what the user named, links resolved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "base/files/read_scope.h"
#include "base/text/format.h"
#include "base/text/glob.h"

namespace firedrill {
namespace {

namespace fs = std::filesystem;
using Place = ReadScope::Place;

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

// A repository `repo` with a scenario's folder `repo/drills/db`, and `repository` and `elsewhere` beside it.
class ScopeTest : public testing::Test {
 protected:
  ScopeTest() {
    std::string name = (fs::temp_directory_path() / "firedrill-scope-XXXXXX").string();
    base_ = fs::canonical(::mkdtemp(name.data()));
    fs::create_directories(base_ / "repo/.git");
    write(base_ / "repo/drills/db/rules.yml", "rules");
    write(base_ / "repo/shared/topology.yaml", "topology");
    write(base_ / "repository/secret.yml", "canary");
    write(base_ / "elsewhere/secret.yml", "canary");
    ::mkfifo((db() / "pipe").c_str(), 0600);
    link("../../shared", "inner");
    link("../../shared/topology.yaml", "topology.yaml");
    link((base_ / "repo/shared/topology.yaml").string(), "absolute.yaml");
    link("../../../elsewhere", "outer");
    link("../../../elsewhere/secret.yml", "secret.yml");
    link("../../../elsewhere/missing.yml", "missing.yml");
    link("secret.yml", "second.yml");
    link("loop", "loop");
    link("tail", "head");
    link("head/x", "tail");
    link("nowhere", "dangling");
  }
  ~ScopeTest() override {
    std::error_code ignored;
    fs::remove_all(base_, ignored);
  }

  fs::path db() const { return base_ / "repo/drills/db"; }
  void link(const std::string& target, const std::string& name) const { fs::create_symlink(target, db() / name); }
  std::string absolute(std::string_view path) const { return (base_ / path).string(); }

  fs::path base_;
};

// A pull request can make a link of the folder that a command names: its repository is the one in which the link lies.
TEST_F(ScopeTest, OfALinkIsWhereItLies) {
  const ReadScope scope(db() / "outer");
  EXPECT_EQ(scope.place("secret.yml"), Place::outside);
  EXPECT_EQ(scope.place("missing.yml"), Place::outside);
  EXPECT_EQ(ReadScope(db() / "inner").place("topology.yaml"), Place::inside);
}

// Where the working directory has been removed there is no folder above a relative path.
TEST_F(ScopeTest, EndsWithoutAWorkingDirectory) {
  const fs::path before = fs::current_path();
  fs::create_directories(base_ / "gone");
  fs::current_path(base_ / "gone");
  fs::remove(base_ / "gone");
  EXPECT_NE(ReadScope("..").place("x"), Place::inside);
  EXPECT_NE(ReadScope("").place("x"), Place::inside);
  fs::current_path(before);
}

TEST_F(ScopeTest, FollowsAPathUpToTheFirstStepOutside) {
  const struct {
    std::string path;
    Place place;
  } cases[] = {
      {"rules.yml", Place::inside},
      {"./rules.yml", Place::inside},
      {"../db/rules.yml", Place::inside},
      {"../../shared/topology.yaml", Place::inside},
      {"../../shared/none.yaml", Place::missing},
      {"rules.yml/x", Place::missing},
      {"none/../../../../elsewhere/secret.yml", Place::missing},
      {"", Place::inside},
      {"../..", Place::inside},
      {"../../..", Place::outside},
      {"../../../elsewhere/secret.yml", Place::outside},
      {"../../../elsewhere/none.yml", Place::outside},
      {"../../../repository/secret.yml", Place::outside},
      {"../../../repo/drills/db/rules.yml", Place::inside},
      {"../../../../../../../../../../etc/passwd", Place::outside},
      {"/etc/passwd", Place::outside},
      {"/etc/no-such-file", Place::outside},
      {"/", Place::outside},
      {absolute("repo/shared/topology.yaml"), Place::inside},
      {absolute("repo/shared/none.yaml"), Place::missing},
      {absolute("repository/secret.yml"), Place::outside},
      {absolute("repo/../elsewhere/secret.yml"), Place::outside},
      {"inner/topology.yaml", Place::inside},
      {"inner/none.yaml", Place::missing},
      {"inner/../drills/db/rules.yml", Place::inside},
      {"inner/../../elsewhere/secret.yml", Place::outside},
      {"topology.yaml", Place::inside},
      {"absolute.yaml", Place::inside},
      {"outer", Place::outside},
      {"outer/secret.yml", Place::outside},
      {"outer/none.yml", Place::outside},
      {"outer/../repo/drills/db/rules.yml", Place::outside},
      {"secret.yml", Place::outside},
      {"missing.yml", Place::outside},
      {"second.yml", Place::outside},
      {"loop", Place::unreadable},
      {"head", Place::unreadable},
      {"dangling", Place::missing},
  };
  const ReadScope scope(db());
  for (const auto& each : cases) EXPECT_EQ(scope.place(each.path), each.place) << each.path;
}

TEST_F(ScopeTest, TellsNothingOfWhatLiesOutside) {
  const ReadScope scope(db());
  const auto told = [&](const std::string& path) {
    const auto source = scope.read_mentioned(path);
    if (source) return std::string("read");
    return format("{} | {}", source.error().front().what, source.error().front().remedy);
  };
  const std::string expected = told("../../../elsewhere/secret.yml");
  EXPECT_THAT(expected, testing::StartsWith(format("leads outside of the repository '{}' | ", absolute("repo"))));
  for (const char* path : {"../../../elsewhere/missing.yml", "../../../elsewhere", "secret.yml", "missing.yml", "outer",
                           "outer/secret.yml", "outer/none", "/etc/shadow", "/etc/none", "/root/x", "/"}) {
    EXPECT_EQ(told(path), expected) << path;
  }
  EXPECT_TRUE(scope.list("outer", 10).empty());
  EXPECT_TRUE(scope.list("../../..", 10).empty());
}

TEST_F(ScopeTest, ReadsWhatIsInsideAndSaysHowMuchOfItMayBeShown) {
  const ReadScope scope(db());
  EXPECT_EQ((*scope.read_found("rules.yml"))->quoting, Quoting::full);
  EXPECT_EQ((*scope.read_found("rules.yml"))->text, "rules");
  EXPECT_EQ((*scope.read_found("topology.yaml"))->quoting, Quoting::guarded) << "a link";
  EXPECT_EQ((*scope.read_found("topology.yaml"))->text, "topology");
  EXPECT_EQ((*scope.read_mentioned("rules.yml"))->quoting, Quoting::guarded);
  EXPECT_EQ((*scope.read_mentioned("../../shared/topology.yaml"))->name, absolute("repo/shared/topology.yaml"));
  EXPECT_EQ(scope.read_found("pipe").error().front().what, "is not a regular file");
  EXPECT_EQ(scope.read_found("..").error().front().what, "is a folder, not a file");
  EXPECT_EQ(scope.read_found("none").error().front().what, "no such file");
  EXPECT_EQ(scope.read_found("loop").error().front().what, "cannot be read: Too many levels of symbolic links");
}

TEST_F(ScopeTest, ReadsWhatTheUserNamedWhereverItIs) {
  const auto plain = FirstFile::named(base_ / "elsewhere/secret.yml", {}).read();
  EXPECT_EQ((*plain)->text, "canary");
  EXPECT_EQ((*plain)->quoting, Quoting::full);
  const auto linked = FirstFile::named(db() / "secret.yml", {}).read();
  EXPECT_EQ((*linked)->text, "canary");
  EXPECT_EQ((*linked)->quoting, Quoting::guarded) << "who named the link need not know where it leads";
  EXPECT_FALSE((FirstFile{ReadScope(db()), "secret.yml", false}.read()));
}

TEST_F(ScopeTest, IsTheRepositoryElseTheFolder) {
  EXPECT_EQ(ReadScope(base_ / "elsewhere").place("../repo/shared/topology.yaml"), Place::outside);
  EXPECT_EQ(ReadScope(base_ / "elsewhere").outside(),
            format("leads outside of the folder '{}'", absolute("elsewhere")));
  write(base_ / "repo/sub/.git", "gitdir: ../.git/worktrees/sub");
  write(base_ / "repo/sub/drill/x", "");
  EXPECT_EQ(ReadScope(base_ / "repo/sub/drill").place("../../shared/topology.yaml"), Place::outside) << "a worktree";
  EXPECT_EQ(ReadScope::within(db()).place("../../shared/topology.yaml"), Place::outside);
  EXPECT_EQ(ReadScope::within(db()).place("inner"), Place::outside);
  EXPECT_EQ(ReadScope::within(db()).place("rules.yml"), Place::inside);
}

TEST_F(ScopeTest, AFolderHasANameThatHoldsAnywhere) {
  EXPECT_EQ(ReadScope(db()).portable_name(), "drills/db");
  EXPECT_EQ(ReadScope(base_ / "repo").portable_name(), ".");
  EXPECT_EQ(ReadScope(base_ / "elsewhere").portable_name(), "elsewhere");
  write(base_ / "repo/-x/y", "");
  EXPECT_EQ(ReadScope(base_ / "repo/-x").portable_name(), "./-x") << "no option";
  fs::current_path(db());
  EXPECT_EQ(ReadScope("").portable_name(), "drills/db");
  EXPECT_EQ(ReadScope("../../drills/./db").portable_name(), "drills/db");
  fs::current_path("/");
}

TEST_F(ScopeTest, IsWidenedByRootsAndLifted) {
  const ReadScope wide(db(), {.roots = {absolute("elsewhere")}, .allow_outside = false});
  EXPECT_EQ(wide.place("secret.yml"), Place::inside);
  EXPECT_EQ(wide.place("../../../elsewhere/secret.yml"), Place::inside);
  EXPECT_EQ(wide.place("../../../repository/secret.yml"), Place::outside);
  EXPECT_EQ(wide.place("rules.yml"), Place::inside);
  EXPECT_EQ(wide.outside(),
            format("leads outside of the repository '{}' and of '{}'", absolute("repo"), absolute("elsewhere")));
  // A root that is named by a link is known by that name, too.
  fs::create_symlink(base_ / "repository", base_ / "alias");
  const ReadScope by_link(db(), {.roots = {absolute("alias")}, .allow_outside = false});
  EXPECT_EQ(by_link.place("../../../alias/secret.yml"), Place::inside);
  EXPECT_EQ(by_link.place("../../../repository/secret.yml"), Place::inside);
  EXPECT_EQ(by_link.place("../../../alias/../elsewhere/secret.yml"), Place::outside);
  const ReadScope lifted(db(), {.roots = {}, .allow_outside = true});
  EXPECT_EQ(lifted.place("secret.yml"), Place::inside);
  EXPECT_EQ(lifted.place("/etc/passwd"), Place::inside);
  EXPECT_EQ((*lifted.read_mentioned("second.yml"))->quoting, Quoting::guarded);
}

TEST_F(ScopeTest, NamesTheRootAsTheUserWould) {
  fs::current_path(base_ / "repo");
  EXPECT_EQ(ReadScope("drills/db").outside(), "leads outside of the repository '.'");
  EXPECT_EQ(ReadScope("").outside(), "leads outside of the repository '.'");
  fs::current_path(db());
  EXPECT_EQ(ReadScope("").outside(), "leads outside of the repository '../..'");
  fs::current_path(base_ / "elsewhere");
  EXPECT_EQ(ReadScope("").outside(), "leads outside of the folder '.'");
  EXPECT_EQ(ReadScope("../repo/drills/db").outside(), "leads outside of the repository '../repo'");
  fs::create_symlink("../repo/drills", "drills");
  EXPECT_EQ(ReadScope("drills/db").outside(), format("leads outside of the repository '{}'", absolute("repo")));
  EXPECT_EQ(ReadScope("no/such/folder").place("/etc/passwd"), Place::outside);
  fs::current_path("/");
}

// Somebody exchanges a folder for a link to another while files below it are read.
TEST_F(ScopeTest, IsNotLeftThroughALinkThatAppearsMeanwhile) {
  write(db() / "turn/secret.yml", "mine");
  fs::create_symlink("../../../elsewhere", db() / "link");
  std::atomic<bool> done = false;
  std::thread turner([&] {
    while (!done) {
      ::rename((db() / "turn").c_str(), (db() / "away").c_str());
      ::rename((db() / "link").c_str(), (db() / "turn").c_str());
      ::rename((db() / "turn").c_str(), (db() / "link").c_str());
      ::rename((db() / "away").c_str(), (db() / "turn").c_str());
    }
  });
  const ReadScope scope(db());
  for (int i = 0; i < 3'000; ++i) {
    const auto source = scope.read_mentioned("turn/secret.yml");
    if (!source) continue;
    ASSERT_EQ((*source)->text, "mine");
  }
  done = true;
  turner.join();
}

std::string expanded(const ReadScope& scope, std::string_view pattern) {
  const Expansion found = expand_pattern(scope, pattern);
  std::string out = found.outside.empty() ? "" : "outside: " + found.outside;
  for (const std::string& path : found.paths) out += (out.empty() ? "" : " ") + path;
  return out + (found.too_many ? "too many" : "");
}

TEST_F(ScopeTest, ExpandsPatternsInsideOnly) {
  const ReadScope scope(db());
  EXPECT_EQ(expanded(scope, "rules.yml"), "rules.yml");
  EXPECT_EQ(expanded(scope, "none.yml"), "");
  EXPECT_EQ(expanded(scope, "r*.yml"), "rules.yml");
  EXPECT_EQ(expanded(scope, "*.yaml"), "absolute.yaml topology.yaml");
  EXPECT_EQ(expanded(scope, "inn*/*.yaml"), "inner/topology.yaml") << "through a link that stays inside";
  EXPECT_EQ(expanded(scope, "../../*/topology.yaml"), "../../shared/topology.yaml");
  EXPECT_EQ(expanded(scope, "se*.yml"), "second.yml secret.yml") << "links by their own names";
  EXPECT_EQ(expanded(scope, "out*/*.yml"), "outside: outer");
  EXPECT_EQ(expanded(scope, "outer/*.yml"), "outside: outer");
  EXPECT_EQ(expanded(scope, "../../../elsewhere/*.yml"), "outside: ../../../elsewhere");
  EXPECT_EQ(expanded(scope, "../../../else*/*.yml"), "outside: ../../..");
  EXPECT_EQ(expanded(scope, "/etc/*"), "outside: /etc");
  EXPECT_EQ(expanded(scope, "/e*"), "outside: /");
  EXPECT_EQ(expanded(scope, "../../../elsewhere/secret.yml"), "outside: ../../../elsewhere/secret.yml");
  EXPECT_EQ(expanded(scope, "../../../elsewhere/none.yml"), "outside: ../../../elsewhere/none.yml");
  EXPECT_EQ(expanded(scope, "loop/*"), "");
  EXPECT_EQ(expanded(scope, "*/*/*/*/*/*"), "outside: missing.yml") << "which may be a folder";
}

TEST_F(ScopeTest, StopsLookingWhenAPatternMatchesTooMuch) {
  fs::create_directories(db() / "many");
  for (std::size_t i = 0; i <= kMostMatches; ++i) std::ofstream(db() / "many" / std::to_string(i));
  fs::create_symlink(".", db() / "many/again");
  const ReadScope scope(db() / "many");
  EXPECT_TRUE(expand_pattern(scope, "*").too_many);
  EXPECT_TRUE(expand_pattern(scope, "a*/a*/a*/a*/a*/a*/a*/a*/a*/a*/a*/x").too_many) << "names of folders count, too";
  EXPECT_EQ(expanded(scope, "a*/a*/12"), "again/again/12");
}

TEST(Patterns, AreThoseOfGo) {
  const struct {
    const char* pattern;
    const char* name;
    bool matches;
  } cases[] = {
      {"abc", "abc", true},
      {"abc", "ab", false},
      {"ab", "abc", false},
      {"*", "", true},
      {"*", "abc", true},
      {"*", ".hidden", true},
      {"*c", "abc", true},
      {"a*", "a", true},
      {"a*b*c", "axbxcxbxc", true},
      {"a*b*c", "axbxcx", false},
      {"*a", "aba", true},
      {"a*a", "a", false},
      {"?", "ä", true},
      {"??", "ä", false},
      {"a?c", "abc", true},
      {"?", "", false},
      {"[abc]", "b", true},
      {"[a-c]x", "cx", true},
      {"[^a-c]", "d", true},
      {"[^a-c]", "b", false},
      {"[!a]", "a", true},
      {"[!a]", "b", false},
      {"[ä-ü]", "ö", true},
      {"[\\]a]", "]", true},
      {"[\\-x]", "-", true},
      {"a\\*b", "a*b", true},
      {"a\\*b", "axb", false},
      {"\\a", "a", true},
      {"{a,b}", "a", false},
      {"{a,b}", "{a,b}", true},
      {"**", "ab", true},
      {"*.y*ml", "x.yaml", true},
  };
  for (const auto& each : cases) {
    EXPECT_TRUE(is_sound_pattern(each.pattern)) << each.pattern;
    EXPECT_EQ(matches_pattern(each.pattern, each.name), each.matches) << each.pattern << " " << each.name;
  }
  for (const char* pattern : {"[", "[a", "[]", "[]a]", "[^]", "[a-]", "[-x]", "[a-", "a\\", "[\\", "*[", "[x-\\"}) {
    EXPECT_FALSE(is_sound_pattern(pattern)) << pattern;
  }
  const std::string stars = [] {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "*a";
    return text + "b";
  }();
  EXPECT_FALSE(matches_pattern(stars, std::string(4000, 'a'))) << "in no time";
}

}  // namespace
}  // namespace firedrill
