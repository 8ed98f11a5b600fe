// What a user reads when an input is wrong.
#include <gtest/gtest.h>

#include "base/diagnostic.h"

namespace firedrill {
namespace {

TEST(Diagnostic, ShowsTheLineACaretAndTheRemedy) {
  const auto source = make_source("scenario.yaml", "faults:\n  - kind: latancy\n");
  const Diagnostic diagnostic{Severity::error, position_at(source, 18, 7), "unknown fault 'latancy'",
                              "did you mean 'latency'?"};
  EXPECT_EQ(render(diagnostic),
            "scenario.yaml:2:11: error: unknown fault 'latancy'\n"
            "    2 |   - kind: latancy\n"
            "      |           ^^^^^^^\n"
            "      = help: did you mean 'latency'?\n");
}

TEST(Diagnostic, CountsColumnsInCodePointsAndShowsNoControlCharacters) {
  const auto source = make_source("x", "ключ: \x1b[31mred\n");
  const std::string shown = render(Diagnostic{Severity::warning, position_at(source, 10, 3), "odd", ""});
  EXPECT_EQ(shown, "x:1:7: warning: odd\n    1 | ключ:  [31mred\n      |       ^^^\n");
}

TEST(Diagnostic, CutsALongLineAroundTheColumn) {
  const auto source = make_source("x", std::string(5000, 'a') + "!" + std::string(5000, 'b'));
  const std::string shown = render(Diagnostic{Severity::error, position_at(source, 5000), "bad", ""});
  EXPECT_LT(shown.size(), 600u);
  EXPECT_NE(shown.find("x:1:5001: error: bad"), std::string::npos);
  EXPECT_NE(shown.find("a!b"), std::string::npos);
}

TEST(Diagnostic, OfAWholeFileHasNoLine) {
  Position where;
  where.source = make_source("missing.yaml", "");
  EXPECT_EQ(render(Diagnostic{Severity::error, where, "no such file", "check the path"}),
            "missing.yaml: error: no such file\n      = help: check the path\n");
}

TEST(Suggest, NamesTheNearestOrTheChoices) {
  const std::vector<std::string> kinds = {"connection_refused", "http_error", "latency"};
  EXPECT_EQ(suggest("conection_refused", kinds), "did you mean 'connection_refused'?");
  EXPECT_EQ(suggest("Latency", kinds), "did you mean 'latency'?");
  EXPECT_EQ(suggest("lateycn", kinds), "did you mean 'latency'?");
  EXPECT_EQ(suggest("meteor", kinds), "expected one of: connection_refused, http_error, latency");
  EXPECT_EQ(suggest("x", {}), "");
}

TEST(Tidy, SortsByPlaceAndRemovesRepetitions) {
  const auto source = make_source("f", "a\nb\nc\n");
  Diagnostics all{{Severity::error, position_at(source, 4), "third", ""},
                  {Severity::error, position_at(source, 0), "first", ""},
                  {Severity::error, position_at(source, 4), "third", ""}};
  tidy(all);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].what, "first");
}

}  // namespace
}  // namespace firedrill
