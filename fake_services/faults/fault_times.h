// When a fault begins and ends, as far as that is known beforehand. The live world needs only this of the schedule.
#pragma once

#include <optional>

#include "base/time.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services {

struct FaultTimes {
  Time begin;
  std::optional<Time> end;  // nothing: it lasts to the end of the run
};

// Of a fault that begins at `begin`. What is done in an instant counts as on for a second.
FaultTimes times_from(const FaultSpec& fault, Time begin);
// As the scenario has it; `origin` is the end of the warm-up.
FaultTimes scheduled_times(const FaultSpec& fault, Time origin);

}  // namespace firedrill::fake_services
