// What the run's series say about saturation, summed by service and brought to a chart's slices.
#pragma once

#include <string_view>
#include <vector>

#include "reports/chart/svg_chart.h"
#include "tsdb/store.h"

namespace firedrill::reports {

enum class Reduction {
  last,  // of a gauge: the last sample of each slice, none that is older than five minutes or stale
  rate,  // of a counter: the increase over each slice, resets taken into account, per second
};

// One line for each service with series of this metric, sorted by name; series of one service are added up.
std::vector<Line> by_service(const tsdb::Store& series, std::string_view metric, Reduction reduction,
                             const Slices& slices);
// One line for each pair of service and dependency.
std::vector<Line> by_dependency(const tsdb::Store& series, std::string_view metric, const Slices& slices);

}  // namespace firedrill::reports
