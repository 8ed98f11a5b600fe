#include "base/clock.h"

#include <system_error>
#include <thread>
#include <utility>

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

Periodic::Periodic(Duration interval, std::function<void()> look) {
  try {
    thread_ = std::thread([this, interval, look = std::move(look)] { run(interval, look); });
  } catch (const std::system_error&) {
    // No thread left: whoever asked goes on without.
  }
}

Periodic::~Periodic() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Periodic::run(Duration interval, const std::function<void()>& look) {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [this] { return stop_; })) look();
}

}  // namespace firedrill
