// The retries that a caller may make: a bucket of tokens, which first attempts fill at the budget and each retry takes
// one from. What it holds wanders by chance between empty and full, about as diffusion with two walls does: where less
// is asked for than the budget gives, nearly all is granted; beyond it, what was saved up, and then just the budget.
#pragma once

#include <functional>

namespace firedrill::fake_services {

// Retries that are asked for, for each first attempt.
struct RetriesAsked {
  double mean = 0;
  double variance = 0;
};

struct RetryBucket {
  double tokens = 0;       // mean
  double next_tokens = 0;  // at the end of the step
  double granted = 1;      // share of the retries asked for
};

// A bucket that is full.
RetryBucket full_bucket();

// One step with so many first attempts, each of which adds `budget` tokens. `asked`: what is asked for where such a
// share of it is granted; it rises with that share, since who is refused once does not ask again.
void step(RetryBucket& bucket, double first_attempts, double budget,
          const std::function<RetriesAsked(double granted)>& asked);

}  // namespace firedrill::fake_services
