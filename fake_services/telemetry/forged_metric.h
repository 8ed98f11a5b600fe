// What a fault makes a target expose of a metric, whatever the world says of it.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/sample.h"

namespace firedrill::fake_services {

// All that are given apply: (value × factor + add) or `set`, and what it has grown by. A series that the target does
// not have otherwise begins at `otherwise`, or at 0.
struct ForgedMetric {
  std::string metric;
  std::map<std::string, std::string> labels;  // of its series; those of a series that is made take the target's place
  std::optional<double> set;
  double add = 0;
  double factor = 1;
  double rate = 0;                  // per second; stays when the fault has ended, as counters do
  bool absent = false;              // not exposed
  std::optional<double> otherwise;  // of a series that the target does not have: what it is without the fault

  // Whether a series is of this metric and has all these labels; an empty value stands for a label that is not there.
  bool names(const model::Labels& series) const;
  // Whether there is something to expose where the target has no such series.
  bool makes_series() const { return set || otherwise || rate != 0 || add != 0; }
  // The series that is made for a target that has none.
  model::SeriesInfo made_of(const model::Labels& target) const;
};

// Which series of a target was made for which metric.
struct MadeSeries {
  const ForgedMetric* metric = nullptr;
  std::size_t series = 0;  // its index among the target's
};

// Samples that were forged so far, by what they were forged for.
using ForgedCounts = std::map<const ForgedMetric*, double>;

// One that is on.
struct Forging {
  std::shared_ptr<const ForgedMetric> metric;
  double strength = 0;
  bool operator==(const Forging&) const = default;
};

}  // namespace firedrill::fake_services
