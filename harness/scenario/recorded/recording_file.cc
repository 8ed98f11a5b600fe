#include "scenario/recorded/recording_file.h"

#include <algorithm>
#include <limits>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill::scenario {
namespace {

// How far from its place a sample may lie, as part of the step: a scrape is a little late at times.
constexpr double kJitter = 0.1;

// The shortest time between two samples of one series; 0 where none has two.
std::int64_t step_of(const std::vector<fake_services::RecordedSeries>& all) {
  std::int64_t step = 0;
  for (const fake_services::RecordedSeries& series : all) {
    for (std::size_t i = 1; i < series.times.size(); ++i) {
      const std::int64_t apart = series.times[i] - series.times[i - 1];
      step = step == 0 ? apart : std::min(step, apart);
    }
  }
  return step;
}

bool fits(std::int64_t step, Duration interval) {
  const double share = static_cast<double>(step) / static_cast<double>(interval.count());
  return maths::abs(share - maths::floor(share + 0.5)) <= kJitter && maths::floor(share + 0.5) == 1;
}

}  // namespace

Diagnostics not_rising(Position where, const model::Labels& series) {
  return {{Severity::error, std::move(where), format("samples of {} are out of order", series.to_string()),
           "each sample has to be later than the one before it: sort the file by time, or record it again"}};
}

Result<fake_services::Recording> read_recording(const SourcePtr& source, Duration scrape_interval) {
  const std::size_t first = source->text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && source->text[first] == '{';
  auto series = json ? read_range_answer(source) : read_openmetrics(source);
  if (!series) return std::unexpected(series.error());
  std::erase_if(*series, [](const fake_services::RecordedSeries& each) { return each.times.empty(); });
  if (series->empty()) return failure({source}, "there is no sample in this file", "record some series first");
  const std::int64_t step = step_of(*series);
  if (step != 0 && !fits(step, scrape_interval)) {
    return failure({source},
                   format("samples are {} apart, and the scenario scrapes every {}", format_duration(Duration(step)),
                          format_duration(scrape_interval)),
                   format("set `scrape_interval: {}`, or record with that step", format_duration(Duration(step))));
  }
  std::int64_t begin = std::numeric_limits<std::int64_t>::max();
  for (const fake_services::RecordedSeries& each : *series) begin = std::min(begin, each.times.front());
  for (fake_services::RecordedSeries& each : *series) {
    for (std::int64_t& time : each.times) time -= begin;
  }
  return fake_services::Recording{source->name, std::move(*series), scrape_interval};
}

}  // namespace firedrill::scenario
