#include "lint/comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lint/causes.h"

namespace firedrill::lint {
namespace {

using testing::ElementsAre;

// The lines at which the lint `x` is switched off.
std::vector<std::size_t> off(std::string text) {
  const SourcePtr source = make_source("a.yaml", std::move(text));
  const Comments comments(source);
  std::vector<std::size_t> lines;
  for (std::size_t line = 1; line <= 12; ++line) {
    if (comments.disabled("x", line)) lines.push_back(line);
  }
  return lines;
}

TEST(Comments, AreAboutTheItemBelowThem) {
  EXPECT_THAT(off("routes:\n"
                  "  # firedrill disable x\n"
                  "  # Since nobody minds.\n"
                  "\n"
                  "  - name: a\n"
                  "    of: [b]\n"
                  "  - name: c\n"),
              ElementsAre(5, 6));
}

TEST(Comments, AreAboutTheItemThatTheyStandIn) {
  EXPECT_THAT(off("- name: a\n"
                  "  routes:\n"
                  "    - name: b\n"
                  "      # firedrill disable y, x\n"
                  "      of: c\n"
                  "      routes:\n"
                  "        - name: d\n"
                  "    - name: e\n"),
              ElementsAre(3, 4, 5, 6, 7));
}

TEST(Comments, BehindALineAreAboutItsItem) {
  EXPECT_THAT(off("receivers:\n- {name: a}\n- {name: b}  # firedrill disable x\n- {name: c}\n"), ElementsAre(3));
}

TEST(Comments, OutsideOfItemsAreAboutAKeyAndWhatIsBelowIt) {
  EXPECT_THAT(off("a:\n  b: 1\n# firedrill disable x\nc:\n- name: d\n- name: e\nf: 2\n"), ElementsAre(4, 5, 6));
  EXPECT_THAT(off("a:\n  b: 1  # firedrill disable x\n  c: 2\n"), ElementsAre(2));
}

TEST(Comments, OfTheWholeFileMayStandAnywhere) {
  EXPECT_THAT(off("a: 1\nb: 2  # firedrill file/disable x\n"), testing::SizeIs(12));
}

TEST(Comments, AtTheEndOrWithoutNamesAreAboutNothing) {
  EXPECT_THAT(off("a: 1\n# firedrill disable x"), ElementsAre());
  EXPECT_THAT(off("a: 1\n# firedrill disable ,  ,\n"), ElementsAre());
  EXPECT_THAT(off(""), ElementsAre());
}

TEST(Comments, TakeAwayWarningsOfTheirOwnFileOnly) {
  const SourcePtr one = make_source("one.yaml", "a: 1  # firedrill disable x\n");
  const SourcePtr other = make_source("other.yaml", "a: 1\n");
  Diagnostics all;
  for (const SourcePtr& source : {one, other}) {
    for (const char* lint : {"x", "y"}) all.push_back({Severity::warning, {source, 1, 1}, with_cause("odd", lint), ""});
  }
  all.push_back({Severity::warning, {}, with_cause("odd", "x"), ""});
  leave_out_disabled(all);
  std::vector<std::string> left;
  for (const Diagnostic& each : all) {
    left.push_back((each.where.source ? each.where.source->name : "none") + std::string(cause_of(each)));
  }
  EXPECT_THAT(left, ElementsAre("one.yamly", "other.yamlx", "other.yamly", "nonex"));
}

}  // namespace
}  // namespace firedrill::lint
