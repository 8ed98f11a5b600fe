// Scenario time that passes as the wall's does: it stood at the scenario's start when the clock was made.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace firedrill::driver::live {

class LiveClock final : public Clock {
 public:
  explicit LiveClock(Time start) : start_(start), began_s_(stopwatch_seconds()) {}

  Time now() const override { return start_ + from_seconds(stopwatch_seconds() - began_s_); }
  bool wait_until(Time t) override {
    std::unique_lock lock(mutex_);
    const auto left = std::chrono::duration<double>(to_seconds(t - start_) - (stopwatch_seconds() - began_s_));
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
  Time start_;
  double began_s_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

}  // namespace firedrill::driver::live
