#include "fake_services/logs/log_sampler.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kUsualOver_s = 600;  // what was longer ago hardly tells what is usual
constexpr double kNothing = 1e-6;     // per second
// A rise that is written of like a beginning: so many times as much as before, and so much more.
constexpr double kRises = 5;
constexpr double kRisesBy = 5;
constexpr Duration kRisesEvery = std::chrono::minutes(10);

}  // namespace

std::size_t LogSampler::count(double amount, Time from, Time to, bool extraordinary) {
  const double seconds = std::max(1e-3, to_seconds(to - from));
  const double per_s = amount / seconds;
  tokens_ = filled_ == Time() ? tokens_ : tokens_ + to_seconds(to - filled_) / to_seconds(every_);
  tokens_ = std::min(tokens_, static_cast<double>(at_once_));
  filled_ = to;
  const bool rises = amount > kRises * last_per_s_ * seconds + kRisesBy;
  if (rises && at_once_ > 1 && to - risen_ >= kRisesEvery) {
    tokens_ = static_cast<double>(at_once_);
    risen_ = to;
  }
  excess_ = amount > 0 ? std::clamp((amount - usual_per_s_ * seconds) / amount, 0.0, 1.0) : 0;
  begins_ = amount > 0 && last_per_s_ <= 0;
  ends_ = amount < last_per_s_ * seconds / 2;
  learn(per_s, seconds, extraordinary);
  pending_ += amount;
  const double lines = std::min({maths::floor(tokens_), maths::floor(pending_), static_cast<double>(at_once_)});
  if (lines < 1 || amount <= 0) return 0;  // a line is written when something has happened
  tokens_ -= lines;
  return static_cast<std::size_t>(lines);
}

void LogSampler::learn(double per_s, double seconds, bool extraordinary) {
  last_per_s_ = per_s;
  if (extraordinary) return;
  usual_per_s_ += known_ ? (per_s - usual_per_s_) * std::min(1.0, seconds / kUsualOver_s) : per_s;
  if (usual_per_s_ < kNothing) usual_per_s_ = 0;
  known_ = true;
}

std::uint64_t LogSampler::stands_for(std::size_t left) {
  const double mine = maths::floor(pending_ / static_cast<double>(std::max<std::size_t>(1, left)));
  pending_ -= mine;
  return static_cast<std::uint64_t>(mine);
}

}  // namespace firedrill::fake_services
