#include "fake_services/process/workers.h"

#include <algorithm>

#include "base/clock.h"

namespace firedrill::fake_services {

bool Workers::enter() {
  std::unique_lock lock(mutex_);
  if (busy_ < workers_) {
    ++busy_;
    return true;
  }
  if (static_cast<std::int64_t>(waiting_.size()) >= queue_) return false;
  Waiting self;
  waiting_.push_back(&self);
  self.turn.wait(lock, [&] { return self.come; });
  return true;
}

void Workers::leave() {
  const std::scoped_lock lock(mutex_);
  if (waiting_.empty()) {
    --busy_;
    return;
  }
  Waiting* next = waiting_.front();
  waiting_.pop_front();
  next->come = true;
  next->turn.notify_one();
}

Workers::Load Workers::load() const {
  const std::scoped_lock lock(mutex_);
  return {busy_, static_cast<std::int64_t>(waiting_.size())};
}

void Processor::use(double seconds) {
  if (seconds <= 0) return;
  if (cores_ > 0) {
    double wait = 0;
    {
      const std::scoped_lock lock(mutex_);
      const double now = stopwatch_seconds();
      free_at_s_ = std::max(free_at_s_, now - kPeriod) + seconds / cores_;
      wait = free_at_s_ - now;
    }
    sleep_seconds(wait);
  }
  const double until = thread_cpu_seconds() + seconds;
  while (thread_cpu_seconds() < until) {
  }
}

}  // namespace firedrill::fake_services
