// Series that faults forge and that targets do not have otherwise.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "fake_services/faults/fault.h"
#include "fake_services/telemetry/forged_metric.h"
#include "fake_services/telemetry/target.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// What the faults forge of a service's targets.
std::vector<const ForgedMetric*> forged_of(const ServiceSpec& service, std::size_t place,
                                           std::span<const FaultSpec> faults);

struct MadeOfTarget {
  std::size_t first = 0;  // of them, among the target's series; they stand one behind the other
  std::vector<MadeSeries> made;
  std::vector<std::optional<double>> are;  // of each series: its value while no fault is on
};
// Adds them to the target's series, all of which are there already; of two faults of the same series, one.
MadeOfTarget make_series(std::span<const ForgedMetric* const> forged, Target& target);

}  // namespace firedrill::fake_services
