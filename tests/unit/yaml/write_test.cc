// What is written of nodes is read as the same nodes.
#include <gtest/gtest.h>

#include "yaml/document.h"
#include "yaml/write.h"

namespace firedrill::yaml {
namespace {

std::string written(const std::string& text) {
  Diagnostics found;
  const auto document = Document::parse(make_source("test", text), found);
  EXPECT_TRUE(document != nullptr && found.empty()) << render(found);
  return write(document->root());
}

TEST(Write, KeepsWhatIsPlainAndWhatIsQuoted) {
  EXPECT_EQ(written("a: 5\nb: '5'\nc: {d: [1, x y, \"p, q\"], e: {}, f: []}\ng: ~\nh: |\n  one\n  two\n"),
            "a: 5\n"
            "b: \"5\"\n"
            "c:\n"
            "  d:\n"
            "    - 1\n"
            "    - x y\n"
            "    - \"p, q\"\n"
            "  e: {}\n"
            "  f: []\n"
            "g: null\n"
            "h: \"one\\ntwo\\n\"\n");
}

TEST(Write, WritesOutAliasesAndMerges) {
  EXPECT_EQ(written("a: &x {b: 1}\nc: *x\n"), "a:\n  b: 1\nc:\n  b: 1\n");
}

TEST(Write, IsReadAsTheSame) {
  const std::string once = written(
      "services:\n  web: {latency: {p50: 20ms}, routes: [{path: '/a/{id}', share: 50%}, {path: /}]}\n  '5': {}\n");
  EXPECT_EQ(written(once), once);
}

}  // namespace
}  // namespace firedrill::yaml
