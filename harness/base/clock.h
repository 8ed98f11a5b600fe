// The only door to the machine's time. A driver holds one; everything below it takes the time as an argument.
#pragma once

#include "base/time.h"

namespace firedrill {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual void sleep_until(Time t) = 0;
};

// Stands still until it is told to go on: sleep_until jumps.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void sleep_until(Time t) override {
    if (t > now_) now_ = t;
  }

 private:
  Time now_;
};

class WallClock final : public Clock {
 public:
  Time now() const override;
  void sleep_until(Time t) override;
};

// Seconds since an arbitrary start, never going back: for measuring how long our own work takes.
double stopwatch_seconds();

}  // namespace firedrill
