// The bucket of retries against one from which tokens are taken one by one.
#include "fake_services/traffic/guards/retry_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {
namespace {

struct Retrying {
  double fails = 0;  // of attempts
  double budget = 0;
  int most = 1;  // retries after an attempt
};

// Retries made, for each first attempt, over so many of these from a full bucket.
double retries_one_by_one(const Retrying& r, int first_attempts, int replications) {
  RandomStream random(1, "retries");
  double made = 0;
  for (int n = 0; n < replications; ++n) {
    double tokens = kSavedRetries;
    for (int i = 0; i < first_attempts; ++i) {
      tokens = std::min(kSavedRetries, tokens + r.budget);
      for (int k = 0; k < r.most && random.uniform() < r.fails && tokens >= 1; ++k) {
        tokens -= 1;
        made += 1;
      }
    }
  }
  return made / first_attempts / replications;
}

RetriesAsked asked(const Retrying& r, double granted) {
  RetriesAsked all;
  double reach = 1;
  double square = 0;
  for (int k = 0; k < r.most; ++k) {
    reach *= r.fails;
    all.mean += reach;
    square += (2 * k + 1) * reach;
    reach *= granted;
  }
  all.variance = square - all.mean * all.mean;
  return all;
}

// The same in `steps` steps.
double retries_by_flow(const Retrying& r, int first_attempts, int steps) {
  RetryBucket bucket = full_bucket();
  double made = 0;
  const double each = static_cast<double>(first_attempts) / steps;
  for (int i = 0; i < steps; ++i) {
    step(bucket, each, r.budget, [&](double granted) { return asked(r, granted); });
    made += bucket.granted * asked(r, bucket.granted).mean / steps;
    bucket.tokens = bucket.next_tokens;
  }
  return made;
}

TEST(RetryBucket, GrantsInTheLongRunWhatTheBudgetGives) {
  for (const double budget : {0.1, 0.3, 0.7}) {
    for (const double fails : {0.02, 0.09, 0.2, 0.3, 0.5, 0.95}) {
      for (const int most : {1, 3}) {
        const Retrying r{fails, budget, most};
        const double simulated = retries_one_by_one(r, 20000, 10);
        EXPECT_NEAR(retries_by_flow(r, 20000, 200), simulated, 0.015 * simulated + 0.002)
            << "budget " << budget << ", fails " << fails << ", most " << most;
      }
    }
  }
}

TEST(RetryBucket, SpendsWhatWasSavedUpFirst) {
  for (const double budget : {0.1, 0.3}) {
    for (const double fails : {0.3, 1.0}) {
      for (const int first_attempts : {20, 60, 300}) {
        const Retrying r{fails, budget, 2};
        const double simulated = retries_one_by_one(r, first_attempts, 2000);
        EXPECT_NEAR(retries_by_flow(r, first_attempts, 5), simulated, 0.06 * simulated)
            << "budget " << budget << ", fails " << fails << ", first attempts " << first_attempts;
      }
    }
  }
}

TEST(RetryBucket, ForbidsRetriesWithoutABudget) {
  RetryBucket bucket = full_bucket();
  step(bucket, 10, 0, [](double) { return RetriesAsked{1, 0}; });
  EXPECT_EQ(bucket.granted, 0);
}

}  // namespace
}  // namespace firedrill::fake_services
