#include "base/clock.h"

#include <ctime>
#include <system_error>
#include <thread>
#include <utility>

namespace firedrill {
namespace {

double read_clock(clockid_t clock) {
  timespec read{};
  if (::clock_gettime(clock, &read) != 0) return 0;
  return static_cast<double>(read.tv_sec) + 1e-9 * static_cast<double>(read.tv_nsec);
}

}  // namespace

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

double slept_seconds() {
#ifdef CLOCK_BOOTTIME
  return read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC);
#else
  return 0;
#endif
}

void sleep_seconds(double seconds) {
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

double thread_cpu_seconds() {
  return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double process_cpu_seconds() {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
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
