// The series that a scenario's targets can give.
#pragma once

#include <vector>

#include "fake_services/faults/fault.h"
#include "fake_services/telemetry/metric_spec.h"
#include "fake_services/telemetry/recording.h"
#include "fake_services/topology/topology.h"
#include "lint/rule_lints.h"
#include "scenario/scenario.h"

namespace firedrill::scenario {

// What of a sound scenario says which series there are.
struct Exposing {
  const Scenario& scenario;
  const fake_services::Topology& topology;
  const std::vector<fake_services::MetricSpec>& metrics;
  const std::vector<fake_services::FaultSpec>& faults;
  const std::vector<fake_services::Replay>& replays;
};
lint::MetricInventory metric_inventory(const Exposing& exposing);

}  // namespace firedrill::scenario
