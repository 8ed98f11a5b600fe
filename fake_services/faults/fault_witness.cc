#include "fake_services/faults/fault_witness.h"

#include <algorithm>
#include <utility>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// It looks this often until it has seen the symptom; after the first minutes less often.
constexpr Duration kLook = std::chrono::seconds(5);
constexpr Duration kLookLater = std::chrono::minutes(1);
constexpr Duration kLookOftenFor = std::chrono::minutes(5);
// For what shows only afterwards it looks this much longer.
constexpr Duration kTraces = std::chrono::minutes(5);
// And for time-outs as long as somebody waits who began before the end.
constexpr Duration kLongestWait = std::chrono::hours(1);
constexpr double kNobodyWaits = 1e-6;

}  // namespace

void FaultWitness::remember(Observation seen) {
  history_[remembered_++ % history_.size()] = std::move(seen);
}

void FaultWitness::begin(Time t, Observation seen, Observation own) {
  const std::size_t oldest = remembered_ < history_.size() ? 0 : remembered_ % history_.size();
  before_ = remembered_ == 0 ? std::move(seen) : seen.since(history_[oldest]);
  at_begin_ = at_look_ = std::move(own);
  next_look_ = t + kLook;
}

void FaultWitness::begin_behind(const FaultWitness& other, Time t, Observation seen) {
  if (testimony_.observed) return;
  before_ = other.before_;
  at_begin_ = at_look_ = std::move(seen);
  next_look_ = t + kLook;
}

bool FaultWitness::look(const FaultSchedule& schedule, std::size_t fault, std::string_view target, Observation seen,
                        Time t) {
  const FaultSpec& spec = schedule.spec(fault);
  in_timeouts_ = spec.behaviour->shows_in_timeouts();
  const Duration elapsed = t - schedule.begin_of(fault);
  const auto symptom_since = [&](const Observation& then) {
    Observation during = own_since(then, seen);
    during.elapsed_s = to_seconds(elapsed);
    during.exposure_s = schedule.exposure_s(fault, t - from_seconds(during.seconds * during.pace), t) / during.pace;
    during.first = spec.pattern.first;
    return spec.behaviour->symptom(before_, during, target);
  };
  last_ = own_since(at_begin_, seen);
  raw_timeouts_ = seen.timed_out - at_begin_.timed_out;
  last_.elapsed_s = to_seconds(elapsed);
  auto symptom = symptom_since(at_begin_);
  // Later it is not known which of the time-outs those are that were under way as it began.
  if (!symptom && (!in_timeouts_ || at_begin_.waited_for <= 0)) symptom = symptom_since(at_look_);
  if (symptom) {
    testimony_ = {true, t, *std::move(symptom)};
    next_look_.reset();
    return true;
  }
  next_look_ = t + (elapsed < kLookOftenFor + spec.ramp ? kLook : kLookLater);
  if (elapsed >= kLookLater) at_look_ = std::move(seen);
  return false;
}

// Who was waiting in vain as it began does so for another reason, and is counted first; and of those who give up after
// its end as many are its own as were waiting in vain then.
Observation FaultWitness::own_since(const Observation& then, const Observation& seen) const {
  Observation during = seen.since(then);
  if (!in_timeouts_) return during;
  constexpr double kFew = 20;
  constexpr double kErrors = 4.5;
  const double before = at_begin_.waited_for;
  const double others = before < kFew ? before : before + kErrors * maths::sqrt(before);
  const double most = at_end_ ? at_end_->timed_out + under_way_ : during.timed_out;
  const double own = std::clamp(during.timed_out - others, 0.0, most);
  during.attempts = at_end_ ? at_end_->attempts + std::max(0.0, own - at_end_->timed_out)
                            : during.attempts - (during.timed_out - own);
  during.timed_out = own;
  return during;
}

void FaultWitness::end(const FaultSchedule& schedule, std::size_t fault, Time t) {
  const Fault& behaviour = *schedule.spec(fault).behaviour;
  const Time ended = schedule.end_of(fault).value_or(t);
  if (behaviour.shows_in_timeouts()) {
    if (!at_end_) {
      // Of those who wait now some may have done so before it began.
      under_way_ = std::max(0.0, last_.waited_for - std::max(0.0, at_begin_.waited_for - raw_timeouts_));
      at_end_ = last_;
    }
    if (last_.waited_for < kNobodyWaits || t >= ended + kLongestWait) next_look_.reset();
  } else if (!behaviour.shows_afterwards() || t >= ended + kTraces) {
    next_look_.reset();
  }
}

}  // namespace firedrill::fake_services
