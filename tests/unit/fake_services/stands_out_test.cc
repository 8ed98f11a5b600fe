// What counts as proof that a fault took effect.
#include <gtest/gtest.h>

#include "fake_services/faults/fault.h"

namespace firedrill::fake_services {
namespace {

TEST(StandsOut, ChanceAndBackgroundProveNothing) {
  EXPECT_FALSE(stands_out(0, 1000, 0, 1000));
  EXPECT_FALSE(stands_out(1, 727, 4, 36205));  // one background error in a quiet minute
  EXPECT_FALSE(stands_out(2, 727, 4, 36205));
  EXPECT_FALSE(stands_out(30, 10000, 250, 100000));
  EXPECT_FALSE(stands_out(5, 0, 0, 0));
}

TEST(StandsOut, ASymptomDoes) {
  EXPECT_TRUE(stands_out(8, 727, 4, 36205));
  EXPECT_TRUE(stands_out(500, 1000, 0, 1000));
  EXPECT_TRUE(stands_out(3, 10, 0, 5000));
  EXPECT_TRUE(stands_out(100, 10000, 250, 100000));
  EXPECT_TRUE(stands_out(4, 4, 0, 0));  // nothing was there before to compare with
}

// There can be no more of them.
TEST(StandsOut, TheFirstFewOfAFault) {
  EXPECT_TRUE(stands_out(1, 1, 4, 36205, 1));
  EXPECT_TRUE(stands_out(3, 300, 9, 35025, 3));
  EXPECT_FALSE(stands_out(3, 300, 9, 35025));
  EXPECT_FALSE(stands_out(0, 1, 4, 36205, 1));
  EXPECT_FALSE(stands_out(1, 30, 500, 10000, 1));
}

}  // namespace
}  // namespace firedrill::fake_services
