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
  --busy_;
  call_in();
}

void Workers::set_working(std::int64_t workers) {
  const std::scoped_lock lock(mutex_);
  workers_ = std::max<std::int64_t>(1, workers);
  call_in();
}

void Workers::call_in() {
  while (busy_ < workers_ && !waiting_.empty()) {
    Waiting* next = waiting_.front();
    waiting_.pop_front();
    ++busy_;
    next->come = true;
    next->turn.notify_one();
  }
}

Workers::Load Workers::load() const {
  const std::scoped_lock lock(mutex_);
  return {busy_, static_cast<std::int64_t>(waiting_.size())};
}

double Processor::take(double seconds, double& wait) {
  const std::scoped_lock lock(mutex_);
  const double now = stopwatch_seconds();
  if (now - period_at_s_ >= kPeriod) {
    const double periods = (now - period_at_s_) / kPeriod;
    period_at_s_ += kPeriod * static_cast<double>(static_cast<std::int64_t>(periods));
    used_ = 0;
  }
  const double taken = std::min(seconds, std::max(0.0, cores_ * kPeriod - used_));
  used_ += taken;
  wait = period_at_s_ + kPeriod - now;
  return taken;
}

void Processor::use(double seconds) {
  constexpr double kSlice = 0.005;  // taken at once; as much as the kernel hands to a core
  constexpr double kNothing = 1e-9;
  while (seconds > kNothing) {
    double wait = 0;
    const double taken = cores_ > 0 ? take(std::min(seconds, kSlice), wait) : seconds;
    if (taken <= kNothing) {
      sleep_seconds(wait);
      continue;
    }
    const double until = thread_cpu_seconds() + taken;
    while (thread_cpu_seconds() < until) {
    }
    seconds -= taken;
  }
}

}  // namespace firedrill::fake_services
