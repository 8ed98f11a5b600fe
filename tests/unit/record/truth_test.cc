#include "record/truth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace firedrill::record {
namespace {

const std::vector<double> kBounds{0.1, 1, 10};

// Percentiles as the buckets say.
TruthMinute minute(double requests, std::vector<double> buckets) {
  TruthMinute made{.requests = requests, .errors = requests / 10, .buckets = std::move(buckets), .checks = 60};
  made.p50_s = bucket_quantile(kBounds, made.buckets, 0.50);
  made.p95_s = bucket_quantile(kBounds, made.buckets, 0.95);
  made.p99_s = bucket_quantile(kBounds, made.buckets, 0.99);
  made.users = 123.457;
  made.users_affected = 0.001;
  return made;
}

std::vector<ServiceTruth> sample() {
  std::vector<ServiceTruth> truth{{"web", true, {}}, {"empty", false, {}}, {"db", false, {}}};
  for (int i = 0; i < 100; ++i) truth[0].minutes.push_back(minute(40 + i, {0, 30, 10.0 + i, 0}));
  truth[0].minutes.push_back(minute(0, {0, 0, 0, 0}));
  // Percentiles that do not follow from buckets, and numbers that are no thousandths.
  truth[2].minutes.push_back(
      {.requests = 1.0 / 3, .errors = 0.1, .p50_s = 0.02, .p95_s = 0.3, .p99_s = 1e300, .buckets = {}});
  truth[2].minutes.push_back(
      {.requests = -0.0, .p50_s = std::numeric_limits<double>::infinity(), .buckets = {1, 2, 3, 4}});
  return truth;
}

TEST(TruthColumns, GiveBackEveryNumberExactly) {
  const std::string bytes = encode_truth(sample(), kBounds);
  const auto read = decode_truth(bytes, kBounds, 101);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, sample());
  EXPECT_EQ(encode_truth(*read, kBounds), bytes);
  EXPECT_LE(bytes.size(), largest_truth(3, 101, kBounds.size()));
}

TEST(TruthColumns, NothingIsNothing) {
  const auto read = decode_truth(encode_truth({}, kBounds), kBounds, 0);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST(TruthColumns, MayBeNoLongerThanWhatWasJudged) {
  const auto read = decode_truth(encode_truth(sample(), kBounds), kBounds, 100);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "the minutes of service 1 are cut short, out of bounds, or more than the 100 judged");
}

// Whatever the bytes, nothing is read past their end and no more memory taken than they can stand for.
TEST(TruthColumns, BelieveNothing) {
  const std::string good = encode_truth(sample(), kBounds);
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(decode_truth(good.substr(0, length), kBounds, 101)) << length;
  }
  EXPECT_FALSE(decode_truth(good + "x", kBounds, 101));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x55);
    const auto read = decode_truth(bad, kBounds, 101);
    EXPECT_LE(read ? read->size() : 0, 3u) << i;
  }
}

}  // namespace
}  // namespace firedrill::record
