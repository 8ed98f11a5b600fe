// The series notation of Prometheus's tests (promtool unit tests, promqltest): a metric and its values at equal
// intervals, "up{job=\"a\"} 1 2+3x2 _ stale".
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "promql/parse/parser.h"

namespace firedrill::promql {

// No series of a test may have more values: 10¹⁰x notation is one token, and memory is not endless.
inline constexpr std::size_t kMaxSeriesValues = 50'000'000;

// One value for each interval; nothing where none is (`_`); stale markers are values.
using SeriesValues = std::vector<std::optional<double>>;

// The same without writing each value down: 0+1x1000000 is one run.
struct SeriesRun {
  enum class Kind { absent, steady, rising };
  Kind kind = Kind::steady;
  std::uint64_t count = 1;
  double first = 0;  // of steady and rising
  double step = 0;   // of rising: added up one by one, as Prometheus does, since rounding shows
};
using SeriesRuns = std::vector<SeriesRun>;

// Of all runs; beyond 10¹² it is no longer counted.
std::uint64_t count_values(const SeriesRuns& runs);
// Values that are there, one after the other: `give(i, value)`, where i counts those that are not there too.
template <typename Give>
void each_value(const SeriesRuns& runs, const Give& give) {
  std::uint64_t position = 0;
  for (const SeriesRun& run : runs) {
    double current = run.first;
    for (std::uint64_t i = 0; i < run.count && run.kind != SeriesRun::Kind::absent; ++i) {
      give(position + i, current);
      if (run.kind == SeriesRun::Kind::rising) current += run.step;
    }
    position += run.count;
  }
}

struct SeriesRunsText {
  model::Labels labels;
  SeriesRuns runs;
  std::string repeated{};  // a label that is there twice, with which the storage takes no sample
};
// However many values there are. Errors are worded as Prometheus's, with the bytes of the text that are wrong. Native
// histograms, {{…}}, are refused.
std::expected<SeriesRunsText, ParseError> parse_series_runs(std::string_view text, Version version);
// The values alone, as promtool's `values:` field has them.
std::expected<SeriesValues, ParseError> parse_series_values(std::string_view text, Version version);

}  // namespace firedrill::promql
