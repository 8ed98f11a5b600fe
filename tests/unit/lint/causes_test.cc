#include "lint/causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"

namespace firedrill::lint {
namespace {

using testing::HasSubstr;

Diagnostic warning(const SourcePtr& source, std::size_t line, std::string what, std::string remedy = "add one") {
  return {Severity::warning, {source, line, 1}, std::move(what), std::move(remedy)};
}

Diagnostics several(std::size_t count) {
  const SourcePtr source = make_source("rules.yaml", std::string(count + 1, '\n'));
  Diagnostics all;
  for (std::size_t i = 1; i <= count; ++i) {
    all.push_back(warning(source, i, with_cause(format("the alert A{} has no runbook", i), "runbook")));
  }
  return all;
}

TEST(Causes, StandBehindWhatIsSaid) {
  EXPECT_EQ(cause_of(warning(nullptr, 1, "the alert Down has no runbook [runbook]")), "runbook");
  EXPECT_EQ(cause_of(warning(nullptr, 1, "no rule file matches 'rules/[ab]'")), "");
  EXPECT_EQ(cause_of(warning(nullptr, 1, "delta over x [5m]")), "");
  EXPECT_EQ(cause_of({Severity::error, {}, "no such thing [runbook]", ""}), "");
}

TEST(Causes, FewWarningsAreShownInFull) {
  const Diagnostics all = several(3);
  EXPECT_EQ(render_by_cause(all), render(all));
}

TEST(Causes, ManyAreShownOnceAndListedToTheLast) {
  const Diagnostics all = several(250);
  const std::string text = render_by_cause(all);
  EXPECT_THAT(text, HasSubstr(render(all[0])));
  EXPECT_THAT(text, HasSubstr("      = 249 more of [runbook] in this file:\n      2:1: the alert A2 has no runbook\n"));
  EXPECT_TRUE(text.ends_with("      250:1: the alert A250 has no runbook\n"));
}

TEST(Causes, OtherRemediesAreOtherCauses) {
  Diagnostics all = several(4);
  all[3].remedy = "did you mean 'A3'?";
  EXPECT_EQ(render_by_cause(all), render(all));
}

TEST(Causes, AreCounted) {
  Diagnostics all = several(2);
  EXPECT_EQ(count_by_cause(all), "2 warnings: 2 runbook");
  all.push_back(warning(nullptr, 1, "two rules [duplicate-rule]"));
  EXPECT_EQ(count_by_cause(all), "3 warnings: 1 duplicate-rule, 2 runbook");
  all.push_back(warning(nullptr, 1, "there is nothing in the file"));
  EXPECT_EQ(count_by_cause(all), "4 warnings: 1 duplicate-rule, 2 runbook, 1 of no lint");
}

}  // namespace
}  // namespace firedrill::lint
