// Files of recorded series: OpenMetrics text (as `promtool tsdb dump-openmetrics` writes it), and what Prometheus's API
// returns for a range query.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/time.h"
#include "fake_services/telemetry/recording.h"

namespace firedrill::scenario {

// No recording may be larger, so that what is read of one fits into memory whatever it says.
inline constexpr std::size_t kMaxRecordingBytes = std::size_t{32} * 1024 * 1024;

// Errors, with their place: what is neither of the two forms; samples without a time; times of a series that do not
// rise; samples that are not `scrape_interval` apart, or whole multiples of it where some are missing.
Result<fake_services::Recording> read_recording(const SourcePtr& source, Duration scrape_interval);

// Internal to it: one file for each form. Times are Unix milliseconds as yet.
Result<std::vector<fake_services::RecordedSeries>> read_openmetrics(const SourcePtr& source);
Result<std::vector<fake_services::RecordedSeries>> read_range_answer(const SourcePtr& source);
// "samples of up{job=\"web\"} are out of order".
Diagnostics not_rising(Position where, const model::Labels& series);
// Where in the file a sample stands.
Position place_in_openmetrics(const SourcePtr& source, const model::Labels& series, std::size_t sample);
Position place_in_answer(const SourcePtr& source, std::size_t series, std::size_t sample);

}  // namespace firedrill::scenario
