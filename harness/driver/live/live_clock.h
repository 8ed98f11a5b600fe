// Time that passes as the wall's does, or so many times as fast.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace firedrill::driver::live {

// From when on, and how fast. Clocks of one pace agree.
struct Pace {
  Time start{};        // that it was
  double began_s = 0;  // of the stopwatch, then
  double speed = 1;    // seconds that pass in one of the wall's

  static Pace beginning_at(Time start, double speed) { return {start, stopwatch_seconds(), speed}; }
  Time now() const { return start + from_seconds(speed * (stopwatch_seconds() - began_s)); }
  // How long such a time takes, and what passes meanwhile.
  Duration on_wall(Duration time) const { return from_seconds(to_seconds(time) / speed); }
  Duration of_wall(Duration time) const { return from_seconds(to_seconds(time) * speed); }
};

class LiveClock final : public Clock {
 public:
  explicit LiveClock(const Pace& pace) : pace_(pace) {}

  double speed() const { return pace_.speed; }
  Time now() const override { return pace_.now(); }
  bool wait_until(Time t) override {
    std::unique_lock lock(mutex_);
    const auto left = std::chrono::duration<double>(to_seconds(t - pace_.now()) / pace_.speed);
    const bool woken = woken_.wait_for(lock, left, [&] { return wake_; });
    wake_ = false;
    return !woken;
  }
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      wake_ = true;
    }
    woken_.notify_all();
  }

 private:
  Pace pace_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

}  // namespace firedrill::driver::live
