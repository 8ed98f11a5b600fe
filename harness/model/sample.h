// Samples and what a scrape yields: value types only.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::model {

struct Sample {
  Time t;
  double value = 0;
};

// OpenMetrics types, as far as the classic exposition format knows them.
enum class MetricType { unknown, counter, gauge, histogram, summary };
std::string_view to_string(MetricType type);

// A series of a target, registered once; afterwards only its index is spoken of.
struct SeriesInfo {
  Labels labels;  // with __name__
  MetricType type = MetricType::unknown;
};

}  // namespace firedrill::model
