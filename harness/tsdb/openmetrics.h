// Series as OpenMetrics text, in the form that `promtool tsdb create-blocks-from openmetrics` reads without losing
// anything but stale markers, which have no form there.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"
#include "tsdb/store.h"

namespace firedrill::tsdb {

// up{job="a"} or, with a name that is not one of the classic ones, {"my.metric",job="a"}.
std::string openmetrics_series(const model::Labels& labels);
// Seconds, so that Prometheus reads the same millisecond.
std::string openmetrics_time(Time t);
// "# TYPE up unknown" and the line's end.
std::string openmetrics_type(const std::string& metric);
inline constexpr std::string_view kOpenMetricsEnd = "# EOF\n";

// Those with samples, a metric's together, as they have to stand.
std::vector<SeriesRef> openmetrics_order(const Store& store);

}  // namespace firedrill::tsdb
