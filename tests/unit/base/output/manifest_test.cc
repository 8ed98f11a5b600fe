#include "base/output/manifest.h"

#include <gtest/gtest.h>

#include "folder_fixture.h"

namespace firedrill::output {
namespace {

const std::string kHash(64, 'a');

std::string entry(const std::string& name, const std::string& hash = kHash) {
  return R"({"name": ")" + name + R"(", "sha256": ")" + hash + R"("})";
}

std::string list(const std::string& files) {
  return R"({"firedrill": "0.1.0", "kind": "test", "files": [)" + files + "]}";
}

TEST(Manifest, ComesBackAsItWasWritten) {
  Manifest manifest;
  manifest.set("in/\"odd\" name", std::string(64, 'b'));
  manifest.set("record", kHash);
  manifest.set("in/\"odd\" name", std::string(64, 'c'));
  const auto read = read_manifest(make_source("m", write_manifest(manifest, kTestFolder)), kTestFolder);
  ASSERT_TRUE(read) << render(read.error());
  ASSERT_EQ(read->entries().size(), 2u);
  EXPECT_EQ(read->entries()[0].name, "in/\"odd\" name");
  EXPECT_TRUE(read->has("in/\"odd\" name", std::string(64, 'c')));
  EXPECT_EQ(read->position("record"), 1u);
  EXPECT_EQ(read->hash_of("report"), nullptr);
}

TEST(Manifest, NamesOnlyWhatFiredrillWrites) {
  const std::string unknown = "', which this version of firedrill does not write";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {list(entry("record")), ""},
      {list(entry("in/a/b") + "," + entry("post.draft-7.md")), ""},
      {list(entry("/etc/passwd")), "it names '/etc/passwd" + unknown},
      {list(entry("in/../../x")), "it names 'in/../../x" + unknown},
      {list(entry("in/./x")), "it names 'in/./x" + unknown},
      {list(entry("in//x")), "it names 'in//x" + unknown},
      {list(entry("in/")), "it names 'in/" + unknown},
      {list(entry("")), "it names '" + unknown},
      {list(entry("notes")), "it names 'notes" + unknown},
      {list(entry("manifest.json")), "it names 'manifest.json" + unknown},
      {list(entry(".firedrill-new/0")), "it names '.firedrill-new/0" + unknown},
      {list(entry("post.draft-1.md")), "it names 'post.draft-1.md" + unknown},
      {list(entry("post.draft-02.md")), "it names 'post.draft-02.md" + unknown},
      {list(entry("in/" + std::string(256, 'x'))), "it names 'in/" + std::string(256, 'x') + unknown},
      {list(entry("record", "abc")), "what it has for 'record' is no SHA-256"},
      {list(entry("record") + "," + entry("record")), "it names 'record' twice"},
      {list("7"), "it has not the form of one"},
      {list(R"({"name": 7, "sha256": "a"})"), "it has not the form of one"},
      {R"({"firedrill": "0.1.0", "kind": "other", "files": []})", "it is not a test's"},
      {R"({"kind": "test", "files": []})", "it has not the form of one"},
      {R"({"name": "a web application"})", "it has not the form of one"},
      {"[]", "it has not the form of one"},
      {"", "it is not JSON"},
  };
  for (const auto& [text, error] : cases) {
    const auto read = read_manifest(make_source("m", text), kTestFolder);
    EXPECT_EQ(read ? "" : read.error().at(0).what, error.empty() ? "" : "is no list of what firedrill wrote: " + error)
        << text;
  }
  EXPECT_FALSE(read_manifest(make_source("m", list(entry("in/a\\u0000b"))), kTestFolder));
}

TEST(Manifest, CountsDrafts) {
  EXPECT_EQ(draft_name("post.md", 0), "post.md");
  EXPECT_EQ(draft_name("post.md", 1), "post.draft.md");
  EXPECT_EQ(draft_name("post.md", 2), "post.draft-2.md");
  EXPECT_TRUE(is_draft_of("post.draft-99.md", "post.md"));
  EXPECT_FALSE(is_draft_of("post.draft-100.md", "post.md"));
  EXPECT_FALSE(is_draft_of("other.md", "post.md"));
}

}  // namespace
}  // namespace firedrill::output
