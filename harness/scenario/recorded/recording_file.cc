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

// The shortest time between two samples of one series, and the second of these; 0 where none has two.
struct Step {
  std::int64_t apart = 0;
  std::size_t series = 0;
  std::size_t sample = 0;
};
Step step_of(const std::vector<fake_services::RecordedSeries>& all) {
  Step step;
  for (std::size_t s = 0; s < all.size(); ++s) {
    const std::vector<std::int64_t>& times = all[s].times;
    for (std::size_t i = 1; i < times.size(); ++i) {
      const std::int64_t apart = times[i] - times[i - 1];
      if (step.apart == 0 || apart < step.apart) step = {apart, s, i};
    }
  }
  return step;
}

// The longest time between two samples of one series that is no multiple of the shortest, so that no interval at all
// would fit; 0 where there is none.
std::int64_t uneven(const std::vector<fake_services::RecordedSeries>& all, std::int64_t shortest) {
  std::int64_t longest = 0;
  for (const fake_services::RecordedSeries& each : all) {
    for (std::size_t i = 1; i < each.times.size(); ++i) {
      const std::int64_t apart = each.times[i] - each.times[i - 1];
      const double share = static_cast<double>(apart) / static_cast<double>(shortest);
      if (maths::abs(share - maths::floor(share + 0.5)) > kJitter) longest = std::max(longest, apart);
    }
  }
  return longest;
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
  const Step step = step_of(*series);
  if (step.apart != 0 && !fits(step.apart, scrape_interval)) {
    const model::Labels& labels = (*series)[step.series].info.labels;
    const std::string apart = format_duration(Duration(step.apart));
    const Position where =
        json ? place_in_answer(source, step.series, step.sample) : place_in_openmetrics(source, labels, step.sample);
    if (const std::int64_t other = uneven(*series, step.apart); other != 0) {
      return failure(where,
                     format("samples are unevenly apart: {} here, {} elsewhere, and the scenario scrapes every {}",
                            apart, format_duration(Duration(other)), format_duration(scrape_interval)),
                     "record at an even step: with /api/v1/query_range, whose `step` is the scenario's");
    }
    return failure(
        where,
        format("samples are {} apart, and the scenario scrapes every {}", apart, format_duration(scrape_interval)),
        format("set `scrape_interval: {}`, or record with the scenario's step", apart));
  }
  std::erase_if(*series, [](const fake_services::RecordedSeries& each) { return each.times.empty(); });
  if (series->empty()) return failure({source}, "there is no sample in this file", "record some series first");
  std::int64_t begin = std::numeric_limits<std::int64_t>::max();
  for (const fake_services::RecordedSeries& each : *series) begin = std::min(begin, each.times.front());
  for (fake_services::RecordedSeries& each : *series) {
    for (std::int64_t& time : each.times) time -= begin;
  }
  return fake_services::Recording{source->name, std::move(*series), scrape_interval};
}

}  // namespace firedrill::scenario
