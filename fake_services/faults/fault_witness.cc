#include "fake_services/faults/fault_witness.h"

#include <algorithm>
#include <utility>

namespace firedrill::fake_services {
namespace {

// It looks this often until it has seen the symptom; after the first minutes less often.
constexpr Duration kLook = std::chrono::seconds(5);
constexpr Duration kLookLater = std::chrono::minutes(1);
constexpr Duration kLookOftenFor = std::chrono::minutes(5);
// For what shows only afterwards it looks this much longer.
constexpr Duration kTraces = std::chrono::minutes(5);

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
  const Duration elapsed = t - schedule.begin_of(fault);
  const auto seen_since = [&](const Observation& then) {
    Observation during = seen.since(then);
    if (at_end_) during.attempts = at_end_->attempts + std::max(0.0, during.timed_out - at_end_->timed_out);
    return during;
  };
  const auto symptom_since = [&](const Observation& then) {
    Observation during = seen_since(then);
    during.elapsed_s = to_seconds(elapsed);
    during.exposure_s = schedule.exposure_s(fault, t - from_seconds(during.seconds * during.pace), t) / during.pace;
    during.first = spec.pattern.first;
    return spec.behaviour->symptom(before_, during, target);
  };
  last_ = seen_since(at_begin_);
  last_.elapsed_s = to_seconds(elapsed);
  auto symptom = symptom_since(at_begin_);
  if (!symptom && !at_end_) symptom = symptom_since(at_look_);
  if (symptom) {
    testimony_ = {true, t, *std::move(symptom)};
    next_look_.reset();
    return true;
  }
  next_look_ = t + (elapsed < kLookOftenFor + spec.ramp ? kLook : kLookLater);
  if (elapsed >= kLookLater) at_look_ = std::move(seen);
  return false;
}

void FaultWitness::end(const FaultSchedule& schedule, std::size_t fault, Time t) {
  const Fault& behaviour = *schedule.spec(fault).behaviour;
  if (behaviour.shows_in_timeouts() && !at_end_) at_end_ = last_;
  const bool shows = behaviour.shows_afterwards() || behaviour.shows_in_timeouts();
  if (!shows || t >= schedule.end_of(fault).value_or(t) + kTraces) next_look_.reset();
}

}  // namespace firedrill::fake_services
