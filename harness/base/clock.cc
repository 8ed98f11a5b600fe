#include "base/clock.h"

#include <thread>

namespace firedrill {

Time WallClock::now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

void WallClock::sleep_until(Time t) {
  std::this_thread::sleep_until(t);
}

double stopwatch_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace firedrill
