#include "notify/matcher/parse.h"

#include <gtest/gtest.h>

namespace firedrill::notify {
namespace {

std::string read(std::string_view text, MatcherSyntax syntax = MatcherSyntax::fallback) {
  const auto parsed = parse_matchers(text, syntax);
  return parsed ? to_text(parsed->matchers) : "error: " + parsed.error().what;
}

TEST(ParseMatchers, ReadsWhatBothParsersRead) {
  EXPECT_EQ(read("severity=\"critical\""), "{severity=\"critical\"}");
  EXPECT_EQ(read("{a=b, c!=\"d\" ,e=~f|g,h!~\"i.*\",}"), "{a=\"b\",c!=\"d\",e=~\"f|g\",h!~\"i.*\"}");
  EXPECT_TRUE(parse_matchers("a=b")->warning.empty());
}

TEST(ParseMatchers, FallsBackToTheClassicParserAndSaysSo) {
  const auto parsed = parse_matchers("foo=bar baz");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_text(parsed->matchers), "{foo=\"bar baz\"}");
  EXPECT_EQ(parsed->remedy, "write foo=\"bar baz\"");
  EXPECT_EQ(read("foo=bar baz", MatcherSyntax::utf8), "error: expected a comma or a closing brace");
}

TEST(ParseMatchers, FollowsTheClassicParserWhereTheTwoDisagree) {
  // To Go \x41 is A; to the classic parser a backslash that escapes nothing is one.
  const auto parsed = parse_matchers(R"(foo="\x41")");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->matchers.front().value(), "\\x41");
  EXPECT_NE(parsed->warning, "");
}

TEST(ParseMatchers, ReadsNamesThatOnlyTheUtf8ParserKnows) {
  EXPECT_EQ(read("\"a b\"=c"), "{\"a b\"=\"c\"}");
  EXPECT_EQ(read("größe=klein"), "{größe=\"klein\"}");
  EXPECT_EQ(read("größe=klein", MatcherSyntax::classic).substr(0, 6), "error:");
}

TEST(ParseMatchers, TellsWhereItIsWrong) {
  EXPECT_EQ(parse_matchers("a=b,c").error().offset, 5U);
  EXPECT_EQ(parse_matchers("a=\"b").error().what, "the value \"b has an unescaped double quote");
  EXPECT_FALSE(parse_matchers("a=~\"(\""));
  EXPECT_FALSE(parse_matchers("a=b,,c=d"));
}

TEST(ParseMatchers, MatchesWholeValuesAndTheEmptyOneWhereALabelIsMissing) {
  const auto matches = [](std::string_view text, const model::Labels& labels) {
    return matches_all(parse_matchers(text)->matchers, labels);
  };
  EXPECT_TRUE(matches("a=~\"b|c\"", {{"a", "c"}}));
  EXPECT_FALSE(matches("a=~\"b\"", {{"a", "bb"}}));
  EXPECT_TRUE(matches("a=\"\"", {{"x", "y"}}));
  EXPECT_TRUE(matches("a!~\".+\"", {{"x", "y"}}));
  EXPECT_FALSE(matches("a=~\"b.c\"", {{"a", "b\nc"}}));
}

}  // namespace
}  // namespace firedrill::notify
