#include "base/clock.h"

namespace firedrill {

Time WallClock::now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

bool WallClock::wait_until(Time t) {
  std::unique_lock lock(mutex_);
  const bool woken = woken_.wait_until(lock, t, [&] { return wake_; });
  wake_ = false;
  return !woken;
}

void WallClock::wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  woken_.notify_all();
}

double stopwatch_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace firedrill
