#include "notify/stages/retry.h"

#include <algorithm>
#include <cstdint>

namespace firedrill::notify {
namespace {

constexpr double kFactor = 1.5;
constexpr double kSpread = 0.5;
constexpr double kLongest = 60'000;

Duration whole(double milliseconds) {
  return Duration(static_cast<std::int64_t>(milliseconds));
}

}  // namespace

Duration BackOff::least() const {
  return whole(milliseconds_ * (1 - kSpread));
}
Duration BackOff::most() const {
  return whole(milliseconds_ * (1 + kSpread));
}

Duration BackOff::next(RandomStream& random) {
  const Duration wait = whole(milliseconds_ * (1 - kSpread + 2 * kSpread * random.uniform()));
  milliseconds_ = std::min(milliseconds_ * kFactor, kLongest);
  return wait;
}

}  // namespace firedrill::notify
