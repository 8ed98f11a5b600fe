#include "fake_services/process/breaker.h"

#include "base/maths.h"

namespace firedrill::fake_services {

Breaker::Pass Breaker::ask(double now_s) {
  if (!spec_) return Pass::yes;
  const std::scoped_lock lock(mutex_);
  if (!open_) return Pass::yes;
  if (trying_ || now_s < trial_s_) return Pass::no;
  trying_ = true;
  return Pass::trial;
}

void Breaker::abandoned(Pass pass) {
  if (pass != Pass::trial) return;
  const std::scoped_lock lock(mutex_);
  trying_ = false;
}

void Breaker::ended(double now_s, bool failed, Pass pass) {
  if (!spec_ || pass == Pass::no) return;
  const std::scoped_lock lock(mutex_);
  if (pass == Pass::trial) {
    trying_ = false;
    open_ = failed;
    trial_s_ = now_s + to_seconds(spec_->open_for);
    attempts_ = failures_ = 0;
    updated_s_ = now_s;
    return;
  }
  if (open_) return;  // what began before it opened decides nothing
  const double window_s = to_seconds(spec_->window);
  const double kept = window_s > 0 ? maths::exp(-(now_s - updated_s_) / window_s) : 0;
  updated_s_ = now_s;
  attempts_ = attempts_ * kept + 1;
  failures_ = failures_ * kept + (failed ? 1 : 0);
  if (attempts_ < spec_->min_requests || failures_ < spec_->threshold * attempts_) return;
  open_ = true;
  trial_s_ = now_s + to_seconds(spec_->open_for);
}

bool Breaker::is_open(double now_s) const {
  if (!spec_) return false;
  const std::scoped_lock lock(mutex_);
  return open_ && (trying_ || now_s < trial_s_);
}

}  // namespace firedrill::fake_services
