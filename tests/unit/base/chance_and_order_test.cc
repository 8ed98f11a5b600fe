// Random streams keep apart and keep still; events come in total order.
#include <gtest/gtest.h>

#include "base/event_queue.h"
#include "base/maths.h"
#include "base/random.h"

namespace firedrill {
namespace {

TEST(RandomStream, SameSeedAndNameSameDraws) {
  RandomStream a(7, "pod/checkout-0"), b(7, "pod/checkout-0"), other_name(7, "pod/checkout-1"),
      other_seed(8, "pod/checkout-0");
  int equal_to_name = 0, equal_to_seed = 0;
  for (int i = 0; i < 100; ++i) {
    const double drawn = a.uniform();
    EXPECT_EQ(drawn, b.uniform());
    equal_to_name += drawn == other_name.uniform();
    equal_to_seed += drawn == other_seed.uniform();
  }
  EXPECT_EQ(equal_to_name, 0);
  EXPECT_EQ(equal_to_seed, 0);
}

TEST(RandomStream, ACopyGoesItsOwnWay) {
  RandomStream a(1, "x");
  RandomStream b = a;
  EXPECT_EQ(a.uniform(), b.uniform());
  a.uniform();
  EXPECT_NE(a.uniform(), b.uniform());
}

// Mean and variance of 20,000 draws within five standard errors.
TEST(RandomStream, CountsHaveTheirMeanAndVariance) {
  for (const double mean : {0.01, 0.7, 5.0, 40.0, 3000.0, 5e9}) {
    RandomStream stream(3, "poisson");
    double sum = 0, squares = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) {
      const double x = static_cast<double>(stream.poisson(mean));
      sum += x;
      squares += (x - mean) * (x - mean);
    }
    EXPECT_NEAR(sum / kDraws, mean, 5 * maths::sqrt(mean / kDraws)) << mean;
    const double variance_error = maths::sqrt((mean + 2 * mean * mean) / kDraws);
    EXPECT_NEAR(squares / kDraws, mean, 5 * variance_error) << mean;
  }
}

TEST(RandomStream, CountsStayWithinTheirBounds) {
  RandomStream stream(3, "bounds");
  EXPECT_NEAR(static_cast<double>(stream.binomial(100'000, 0.5)), 50'000, 5 * 158);
  EXPECT_EQ(stream.binomial(10, 1.5), 10u);
  EXPECT_EQ(stream.poisson(0), 0u);
}

TEST(EventQueue, OrdersByTimeThenByArrival) {
  EventQueue<std::string> queue;
  const Time t0{};
  queue.add(t0 + 2s, "c");
  queue.add(t0 + 1s, "a");
  queue.add(t0 + 1s, "b");
  std::string order;
  EXPECT_EQ(queue.next_at(), t0 + 1s);
  while (!queue.empty()) order += queue.take().second;
  EXPECT_EQ(order, "abc");
  EXPECT_FALSE(queue.next_at());
}

}  // namespace
}  // namespace firedrill
