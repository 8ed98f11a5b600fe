// The simulated production at one moment, for who shows it.
#pragma once

#include <span>

#include "base/time.h"
#include "fake_services/exporters/states.h"
#include "fake_services/pods/pods.h"
#include "fake_services/telemetry/own_metrics.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"

namespace firedrill::fake_services {

// The production as it stands at `now`.
struct Production {
  Flow& flow;
  Tallies& tallies;
  Pods& pods;
  std::span<const FaultSpan> faults;
  std::span<const Time> certificates;  // by service: when it expires, Time::max() if it has none
  const StateBoard& board;
  Time now;
};

}  // namespace firedrill::fake_services
