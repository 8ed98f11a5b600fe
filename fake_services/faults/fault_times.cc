#include "fake_services/faults/fault_times.h"

namespace firedrill::fake_services {

FaultTimes times_from(const FaultSpec& fault, Time begin) {
  constexpr Duration kMoment = std::chrono::seconds(1);
  FaultTimes times{begin, {}};
  if (fault.duration) times.end = begin + *fault.duration;
  if (fault.behaviour->momentary()) times.end = begin + kMoment;
  return times;
}

FaultTimes scheduled_times(const FaultSpec& fault, Time origin) {
  return times_from(fault, origin + fault.at);
}

}  // namespace firedrill::fake_services
