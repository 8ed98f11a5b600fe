// Samples in the notation of promtool's unit tests, the inverse of promql/series_text.h.
#pragma once

#include <span>
#include <string>

#include "base/time.h"
#include "model/sample.h"

namespace firedrill::driver {

// One value for each interval from `start` on; every sample stands at a multiple of it. Runs are written short
// (0+1x10) where adding up gives the same bits.
std::string series_notation(std::span<const model::Sample> samples, Time start, Duration interval);

}  // namespace firedrill::driver
