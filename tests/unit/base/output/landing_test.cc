// What becomes of a folder whose writing was interrupted at any of its steps.
#include <gtest/gtest.h>

#include "base/files/files.h"

#include "base/hash.h"
#include "base/output/staging.h"
#include "folder_fixture.h"

namespace firedrill::output {
namespace {

Manifest list_of(const Contents& files) {
  Manifest list;
  for (const auto& [name, text] : files) list.set(name, sha256_hex(text));
  return list;
}

std::string list_text(const Contents& files) {
  return write_manifest(list_of(files), kTestFolder);
}

// Old: record=1 in/x=1 post.md=1; new: in/y=2 post.md=2 record=2, in this order.
const Contents kOld = {{"record", "1"}, {"in/x", "1"}, {"post.md", "1"}};
const Contents kNew = {{"in/y", "2"}, {"post.md", "2"}, {"record", "2"}};

struct Step {
  std::string about;
  Contents change;  // from the old run, all of whose files are in their places
  Contents after;   // the next opening
};

const Contents kStaged = {{".firedrill-new/0", "2"}, {".firedrill-new/1", "2"}, {".firedrill-new/2", "2"}};

Contents with(Contents all, const Contents& more) {
  for (const auto& [name, text] : more) all[name] = text;
  return all;
}

std::vector<Step> steps() {
  const Contents committed = with(kStaged, {{".firedrill-new/manifest.json", list_text(kNew)}});
  const Contents none = {{".firedrill-new/0", ""}, {".firedrill-new/1", ""}, {".firedrill-new/2", ""}};
  return {
      {"nothing but the subfolder", {{".firedrill-new", "/"}}, kOld},
      {"some files", {{".firedrill-new/0", "2"}}, kOld},
      {"half a file", {{".firedrill-new/0", "2"}, {".firedrill-new/1", "ha"}}, kOld},
      {"a list not committed", with(kStaged, {{".firedrill-new/manifest.part", list_text(kNew)}}), kOld},
      {"committed", committed, kNew},
      {"one moved", with(committed, {{".firedrill-new/0", ""}, {"in/y", "2"}}), kNew},
      {"two moved",
       with(committed, {{".firedrill-new/0", ""}, {"in/y", "2"}, {".firedrill-new/1", ""}, {"post.md", "2"}}), kNew},
      {"all moved", with(with(committed, none), kNew), kNew},
      {"old ones removed", with(with(with(committed, none), kNew), {{"in/x", ""}}), kNew},
      {"the list in its place",
       with(with(kNew, {{"in/x", ""}}), {{"manifest.json", list_text(kNew)}, {".firedrill-new", "/"}}), kNew},
      {"a draft that people have written in since", with(committed, {{"post.md", "theirs"}}),
       with(kNew, {{"post.md", "theirs"}})},
      {"people's file beside it", with(committed, {{"notes", "theirs"}}), with(kNew, {{"notes", "theirs"}})},
  };
}

void put_old(const std::filesystem::path& folder, const Step& step) {
  put(folder, kOld);
  put(folder, {{"manifest.json", list_text(kOld)}});
  put(folder, step.change);
}

TEST(Landing, GoesOnFromWhereItWasInterrupted) {
  for (const Step& step : steps()) {
    SCOPED_TRACE(step.about);
    const auto folder = fresh_folder("landing");
    put_old(folder, step);
    EXPECT_TRUE(OutputFolder(folder, kTestFolder).check({}));
    EXPECT_EQ(outputs_of(folder), step.after);
    EXPECT_EQ(written(folder, "record=3"), "");
    EXPECT_EQ(outputs_of(folder).at("record"), "3");
  }
}

// Whoever only reads sees the run that was committed, and leaves it to the next run to put it in place.
TEST(Landing, IsReadWithoutAChange) {
  for (const Step& step : steps()) {
    SCOPED_TRACE(step.about);
    const auto folder = fresh_folder("readers");
    put_old(folder, step);
    const Contents before = contents_of(folder);
    const auto reading = ReadingFolder::open(folder, kTestFolder, {});
    ASSERT_TRUE(reading);
    for (const auto& [name, content] : step.after) {
      if (name.ends_with(".md")) continue;  // drafts are for people: nothing reads them back
      const auto source = read_source(folder / reading->place_of(name));
      ASSERT_TRUE(source) << name;
      EXPECT_EQ((*source)->text, content) << name;
    }
    EXPECT_EQ(contents_of(folder), before);
  }
}

// Here nobody can put it in place, since something stands in the way.
TEST(Landing, IsReadWhereItIs) {
  const auto folder = fresh_folder("in_the_way");
  put_old(folder, steps().at(4));
  put(folder, {{"in/y", "theirs"}});
  const Contents before = contents_of(folder);
  {
    const auto reading = ReadingFolder::open(folder, kTestFolder, {});
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->place_of("record"), ".firedrill-new/2");
    EXPECT_EQ(reading->place_of("in/y"), ".firedrill-new/0");
    EXPECT_EQ(reading->place_of("in/x"), "in/x");
  }
  EXPECT_EQ(written(folder, "record=3"), "in/y: stands where firedrill writes, and is not what it wrote");
  EXPECT_EQ(contents_of(folder), before);
  put(folder, {{"in/y", ""}});
  EXPECT_EQ(written(folder, "record=3"), "");
  EXPECT_EQ(outputs_of(folder), (Contents{{"record", "3"}}));
}

// A list of a stranger's checkout can point at nothing that firedrill does not write, and at no other bytes.
TEST(Landing, BelievesNoForgedList) {
  const auto forged = [](const std::string& name) {
    return R"({"firedrill": "0", "kind": "test", "files": [{"name": ")" + name + R"(", "sha256": ")" +
           sha256_hex("theirs") + R"("}]})";
  };
  const std::vector<Contents> cases = {
      {{".firedrill-new/0", "theirs"}, {".firedrill-new/manifest.json", forged("notes")}},
      {{".firedrill-new/0", "theirs"}, {".firedrill-new/manifest.json", forged("../outside")}},
      {{".firedrill-new/0", "other"}, {".firedrill-new/manifest.json", forged("record")}},
      {{".firedrill-new/0", "-> /etc/passwd"}, {".firedrill-new/manifest.json", forged("record")}},
      {{".firedrill-new/0", "theirs"}, {".firedrill-new/manifest.json", forged("in/x")}, {"in", "-> /tmp"}},
      {{".firedrill-new/manifest.json", "{}"}},
      {{"notes", "theirs"}, {".firedrill-new/manifest.json", forged("record")}},
      {{"notes", "theirs"}, {"manifest.json", forged("notes")}},
      {{"record", "others"}, {"manifest.json", forged("record")}},
      {{"manifest.json", R"({"name": "a web application", "icons": []})"}},
  };
  for (const Contents& contents : cases) {
    const auto folder = fresh_folder("forged");
    put(folder, contents);
    const Contents before = contents_of(folder);
    EXPECT_NE(written(folder, "record=1"), "");
    EXPECT_TRUE(ReadingFolder::open(folder, kTestFolder, {}));
    EXPECT_EQ(contents_of(folder), before);
  }
}

}  // namespace
}  // namespace firedrill::output
