// Texts that matchers accept: each example is held against the matchers themselves.
#include "exercise/example_text.h"

#include <gtest/gtest.h>

namespace firedrill::exercise {
namespace {

using model::Matcher;
using model::MatchOp;

Matcher matcher(MatchOp op, const std::string& value) {
  return *Matcher::make("label", op, value);
}

TEST(ExampleText, IsAcceptedByWhatItIsAnExampleOf) {
  for (const char* regex :
       {"5..", "a|b", "(eth|ens)[0-9]+", ".+", ".*", "kube-.*", "[^a]", R"(\d+\.\d+)", "(?:x|y)z?", "a{3}",
        "prometheus-operator-(prometheus|kubelet)", "(GET|POST)", R"(/api/v1/.+)", "CrashLoopBackOff|Error"}) {
    const std::vector matchers{matcher(MatchOp::regex, regex)};
    const auto found = example_of(matchers, {});
    ASSERT_TRUE(found.has_value()) << regex;
    EXPECT_TRUE(matchers.front().matches(*found)) << regex << ": " << *found;
  }
}

TEST(ExampleText, ObeysAllMatchersAtOnce) {
  const std::vector both{matcher(MatchOp::regex, "a|b|c"), matcher(MatchOp::not_equal, "a"),
                         matcher(MatchOp::not_regex, "b.*")};
  EXPECT_EQ(example_of(both, {}), "c");
}

TEST(ExampleText, TakesWhatIsPreferredWhereItFits) {
  const std::vector any{matcher(MatchOp::regex, ".+")};
  const std::vector<std::string> preferred{"", "mine"};
  EXPECT_EQ(example_of(any, preferred), "mine");
}

TEST(ExampleText, IsNothingWhereNoTextFits) {
  const std::vector contradiction{matcher(MatchOp::equal, "a"), matcher(MatchOp::equal, "b")};
  EXPECT_FALSE(example_of(contradiction, {}).has_value());
}

}  // namespace
}  // namespace firedrill::exercise
