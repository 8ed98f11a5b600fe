#include "fake_services/traffic/guards/retry_bucket.h"

#include <algorithm>

#include "base/maths.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {
namespace {

// Between the walls: below one token no retry is made, on average half a token earlier than at none.
constexpr double kRoom = kSavedRetries - 0.5;
constexpr double kLeastVariance = 0.05;  // of what is asked for; how often is never quite certain
constexpr double kSteepest = 1000;       // of the density, by room
constexpr int kRounds = 40;
constexpr int kSharesTried = 12;

// The mean level where the density rises by `steepness` over the room.
double level_at(double steepness) {
  if (maths::abs(steepness) < 1e-3) return kRoom * (0.5 + steepness / 12);
  return kRoom * (1 / (1 - maths::exp(-steepness)) - 1 / steepness);
}

// The density at the lower wall, by room.
double at_the_wall(double steepness) {
  if (maths::abs(steepness) < 1e-3) return 1 - steepness / 2;
  return steepness / (maths::exp(steepness) - 1);
}

struct Level {
  double tokens = 0;
  double refused = 0;  // retries, for each first attempt
};

// Where the level goes: what comes in less what is asked for, and what either wall gives back.
Level level_after(double tokens, double first_attempts, double drift, double variance) {
  double low = -kSteepest;
  double high = kSteepest;
  for (int i = 0; i < kRounds; ++i) {
    const double middle = (low + high) / 2;
    const double moved = first_attempts * (drift - variance * middle / (2 * kRoom));
    (level_at(middle) - tokens - moved < 0 ? low : high) = middle;
  }
  const double steepness = (low + high) / 2;
  return {level_at(steepness), variance / (2 * kRoom) * at_the_wall(steepness)};
}

}  // namespace

RetryBucket full_bucket() {
  return {.tokens = kRoom, .next_tokens = kRoom, .granted = 1};
}

void step(RetryBucket& bucket, double first_attempts, double budget,
          const std::function<RetriesAsked(double granted)>& asked) {
  if (budget <= 0) {
    bucket = {.tokens = 0, .next_tokens = 0, .granted = 0};
    return;
  }
  bucket.next_tokens = bucket.tokens;
  if (first_attempts <= 0) return;
  // Which share is granted: what is asked for, if it is, leaves just that.
  const auto leaves = [&](double granted) {
    const RetriesAsked now = asked(granted);
    if (now.mean <= 0) {
      bucket.next_tokens = std::min(kRoom, bucket.tokens + first_attempts * budget);
      return 1.0;
    }
    const double variance = std::max(now.variance, kLeastVariance * now.mean);
    const Level level = level_after(bucket.tokens, first_attempts, budget - now.mean, variance);
    bucket.next_tokens = level.tokens;
    return std::clamp(1 - level.refused / now.mean, 0.0, 1.0);
  };
  double low = 0;
  double high = 1;
  for (int i = 0; i < kSharesTried; ++i) {
    const double middle = i == 0 ? bucket.granted : (low + high) / 2;
    const double left = leaves(middle);
    if (maths::abs(left - middle) < 1e-7) {
      low = high = left;
      break;
    }
    // The more is granted the more is asked for, and the less of it left: the answer lies between the two.
    low = std::max(low, std::min(left, middle));
    high = std::min(high, std::max(left, middle));
  }
  bucket.granted = (low + high) / 2;
}

}  // namespace firedrill::fake_services
