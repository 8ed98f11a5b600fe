#include "notify/silence/silences.h"

#include <gtest/gtest.h>

#include "notify/matcher/matcher.h"

namespace firedrill::notify {
namespace {

Matchers of(MatchOp op, const std::string& value) {
  return {make_matcher("team", op, value).value()};
}

// What the API of 0.25 and 0.33 says to each.
TEST(Silences, AreRefusedWhereTheyAskForNothing) {
  EXPECT_TRUE(asks_for_nothing(of(MatchOp::equal, "")));
  EXPECT_TRUE(asks_for_nothing(of(MatchOp::regex, ".*")));
  EXPECT_TRUE(asks_for_nothing(of(MatchOp::regex, "|shop")));
  EXPECT_FALSE(asks_for_nothing(of(MatchOp::equal, "shop")));
  EXPECT_FALSE(asks_for_nothing(of(MatchOp::regex, ".+")));
  EXPECT_FALSE(asks_for_nothing(of(MatchOp::not_equal, "shop")));
  EXPECT_FALSE(asks_for_nothing(of(MatchOp::not_equal, "")));
  EXPECT_FALSE(asks_for_nothing(of(MatchOp::not_regex, "shop|pay")));
}

}  // namespace
}  // namespace firedrill::notify
