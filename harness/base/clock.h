// The only door to the machine's time. A driver holds one; everything below it takes the time as an argument.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.h"

namespace firedrill {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  // Waits until t, or until somebody calls wake(). True: t has come.
  virtual bool wait_until(Time t) = 0;
  // Ends the wait that is on, or the next one, early; for input and stops. Any thread may call it.
  virtual void wake() = 0;
};

// Stands still until it is told to go on: a wait jumps, and cannot be ended early, since it takes no time.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  bool wait_until(Time t) override {
    if (t > now_) now_ = t;
    return true;
  }
  void wake() override {}

 private:
  Time now_;
};

class WallClock final : public Clock {
 public:
  Time now() const override;
  bool wait_until(Time t) override;
  void wake() override;

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

// Seconds since an arbitrary start, never going back: for measuring how long our own work takes.
double stopwatch_seconds();
// How long the machine has slept since it was started, which stopwatch_seconds() leaves out; 0 where the system does
// not tell.
double slept_seconds();
// The calling thread does nothing for so long, to some ten microseconds; not at all if it is not above 0.
void sleep_seconds(double seconds);
// Processor time that the calling thread, and that the whole process has used; seconds.
double thread_cpu_seconds();
double process_cpu_seconds();

// Calls `look` every so often on a thread of its own, until it is destroyed, which does not wait for the next call.
class Periodic {
 public:
  Periodic(Duration interval, std::function<void()> look);
  ~Periodic();
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;
  // False if the system gave no thread: nothing is called then.
  bool running() const { return thread_.joinable(); }

 private:
  void run(Duration interval, const std::function<void()>& look);

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace firedrill
