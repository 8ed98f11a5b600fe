// Looks whether a fault takes effect: at what was seen before it began, against what is seen since.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/fault_schedule.h"
#include "fake_services/faults/observation.h"

namespace firedrill::fake_services {

// Of one fault of a schedule, which is handed to it: what it is told of it has to be about this one.
class FaultWitness {
 public:
  // What is seen since the start, at each full minute before the fault begins.
  void remember(Observation seen);
  // The same as it begins; and where what is its own is told apart, that.
  void begin(Time t, Observation seen, Observation own);
  // Another of its kind, which began earlier and acted on the same, has ended: only what is seen from here on is this
  // one's, and what was before is what the other's witness had.
  void begin_behind(const FaultWitness& other, Time t, Observation seen);
  // When it looks next; nothing: it has seen enough.
  std::optional<Time> next_look() const { return next_look_; }
  // Looks, given what has been seen since the start. True if this is when it sees the symptom.
  bool look(const FaultSchedule& schedule, std::size_t fault, std::string_view target, Observation seen, Time t);
  // The fault ends, or has ended: it looks on only for what shows afterwards.
  void end(const FaultSchedule& schedule, std::size_t fault, Time t);

  const Witness& testimony() const { return testimony_; }
  const Observation& before() const { return before_; }  // the minutes before it began
  const Observation& last() const { return last_; }      // when it looked last, from the beginning on

 private:
  static constexpr std::size_t kMinutes = 5;

  // Of what shows in time-outs: those that are its own, since it began.
  Observation own_since(const Observation& then, const Observation& seen) const;

  std::array<Observation, kMinutes> history_;  // a ring
  std::size_t remembered_ = 0;
  Observation before_;
  Observation at_begin_;
  Observation at_look_;
  std::optional<Time> next_look_;
  Observation last_;
  bool in_timeouts_ = false;
  std::optional<Observation> at_end_;  // from the beginning on, and
  double raw_timeouts_ = 0;            // at the last look, since it began, of whichever fault
  double under_way_ = 0;               // its own that were waited for then
  Witness testimony_;
};

}  // namespace firedrill::fake_services
