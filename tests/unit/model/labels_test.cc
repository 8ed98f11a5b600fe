#include <gtest/gtest.h>

#include "model/labels.h"
#include "model/matcher.h"

namespace firedrill::model {
namespace {

TEST(Labels, AreSortedUniqueAndWithoutEmptyValues) {
  const Labels labels{{"b", "2"}, {"a", "1"}, {"c", ""}, {"b", "3"}};
  EXPECT_EQ(labels, (Labels{{"a", "1"}, {"b", "3"}}));
  EXPECT_EQ(labels.get("b"), "3");
  EXPECT_FALSE(labels.has("c"));
  EXPECT_EQ(labels.hash(), (Labels{{"b", "3"}, {"a", "1"}}).hash());
  EXPECT_NE((Labels{{"ab", "c"}}).hash(), (Labels{{"a", "bc"}}).hash());
}

TEST(Labels, ArePrintedInPrometheussNotation) {
  const std::vector<std::pair<Labels, std::string>> cases = {
      {Labels{}, "{}"},
      {Labels{{"__name__", "up"}}, "up"},
      {Labels{{"__name__", "up"}, {"job", "a\"b\\\n"}}, R"(up{job="a\"b\\\n"})"},
      {Labels{{"job", "x"}}, R"({job="x"})"},
      {Labels{{"__name__", "a.b"}, {"c.d", "é"}}, R"({"a.b", "c.d"="é"})"},
  };
  for (const auto& [labels, text] : cases) EXPECT_EQ(labels.to_string(), text);
}

TEST(Labels, KeepAndLeaveOut) {
  const Labels labels{{"__name__", "m"}, {"a", "1"}, {"b", "2"}};
  const std::vector<std::string> names{"b", "a"};
  EXPECT_EQ(labels.only(names), (Labels{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(labels.without(names), (Labels{{"__name__", "m"}}));
  EXPECT_EQ(labels.without_name(), (Labels{{"a", "1"}, {"b", "2"}}));
}

TEST(Matcher, TakesAnAbsentLabelForTheEmptyText) {
  const Labels labels{{"code", "503"}};
  const auto holds = [&](const char* name, MatchOp op, const char* value) {
    return Matcher::make(name, op, value)->matches(labels);
  };
  EXPECT_TRUE(holds("code", MatchOp::equal, "503"));
  EXPECT_TRUE(holds("code", MatchOp::regex, "5.."));
  EXPECT_FALSE(holds("code", MatchOp::regex, "5"));
  EXPECT_TRUE(holds("pod", MatchOp::equal, ""));
  EXPECT_TRUE(holds("pod", MatchOp::regex, "x|"));
  EXPECT_TRUE(holds("pod", MatchOp::not_equal, "a"));
  EXPECT_FALSE(holds("pod", MatchOp::not_regex, ".*"));
  EXPECT_FALSE(Matcher::make("a", MatchOp::regex, "("));
  EXPECT_EQ(Matcher::make("a.b", MatchOp::not_regex, "x")->to_string(), R"("a.b"!~"x")");
}

}  // namespace
}  // namespace firedrill::model
