// Series that were recorded somewhere else and are shown again, as they were.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/sample.h"

namespace firedrill::fake_services {

struct RecordedSeries {
  model::SeriesInfo info;
  std::vector<std::int64_t> times;  // milliseconds since the first sample of the recording; rising
  std::vector<double> values;       // of equal length
};

struct Recording {
  std::string name;  // its file's
  std::vector<RecordedSeries> series;
  Duration step{};  // in which it was sampled
};

// A recording and when its first sample is.
struct Replay {
  std::shared_ptr<const Recording> recording;
  std::optional<Duration> at;  // since the end of the warm-up; nothing: as the run begins
};

}  // namespace firedrill::fake_services
