// The golden signals as charts: latency, traffic and errors from the record's truth, saturation from its series.
#pragma once

#include <string>
#include <vector>

#include "reports/chart/svg_chart.h"
#include "tsdb/store.h"

namespace firedrill::reports {

// Charts that have something to show, in the order latency, traffic, errors, saturation. `left_out` names what there
// was no room for.
std::vector<Chart> golden_signals(const record::Record& record, const tsdb::Store& series,
                                  std::vector<std::string>& left_out);

}  // namespace firedrill::reports
