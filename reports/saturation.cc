#include "reports/saturation.h"

#include <algorithm>
#include <map>

#include "base/maths.h"
#include "base/text/numbers.h"
#include "model/matcher.h"

namespace firedrill::reports {
namespace {

constexpr Duration kLookback = 5min;

std::int64_t millis(Time t) {
  return t.time_since_epoch().count();
}

// The index of the last sample at or before t; -1 if there is none.
std::ptrdiff_t last_at(std::span<const std::int64_t> times, Time t) {
  return std::ranges::upper_bound(times, millis(t)) - times.begin() - 1;
}

double gauge_at(const std::span<const std::int64_t> times, std::span<const double> values, Time t) {
  const std::ptrdiff_t i = last_at(times, t);
  if (i < 0) return maths::nan();
  const auto at = static_cast<std::size_t>(i);
  const bool old = times[at] <= millis(t - kLookback);
  return old || is_stale(values[at]) ? maths::nan() : values[at];
}

double rate_over(std::span<const std::int64_t> times, std::span<const double> values, Time from, Time to) {
  const std::ptrdiff_t begin = last_at(times, from);
  const std::ptrdiff_t end = last_at(times, to);
  double increase = 0;
  double before = maths::nan();
  std::int64_t first = 0, last = 0;
  for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(begin, 0); i <= end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (is_stale(values[at])) continue;
    if (maths::is_nan(before)) {
      first = times[at];
    } else {
      increase += values[at] >= before ? values[at] - before : values[at];
    }
    before = values[at];
    last = times[at];
  }
  return last > first ? increase / (static_cast<double>(last - first) / 1000) : maths::nan();
}

struct Samples {
  std::vector<std::int64_t> times;
  std::vector<double> values;
};

Samples samples_of(const tsdb::Store& series, tsdb::SeriesRef ref) {
  Samples out;
  series.history(ref, out.times, out.values);
  return out;
}

void add(std::vector<double>& sums, const Samples& samples, Reduction reduction, const Slices& slices) {
  for (std::size_t i = 0; i < slices.minutes.size(); ++i) {
    const double value = reduction == Reduction::last
                             ? gauge_at(samples.times, samples.values, slices.end(i) - 1ms)
                             : rate_over(samples.times, samples.values, slices.start(i), slices.end(i));
    if (maths::is_nan(value)) continue;
    sums[i] = maths::is_nan(sums[i]) ? value : sums[i] + value;
  }
}

std::vector<Line> grouped_lines(const tsdb::Store& series, std::string_view metric, Reduction reduction,
                                const Slices& slices, const auto& name_of) {
  const auto matcher =
      model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, std::string(metric));
  if (!matcher) return {};
  const model::Matcher matchers[] = {*matcher};
  std::map<std::string, std::vector<double>> sums;
  for (const tsdb::SeriesRef ref : series.select(matchers)) {
    const std::string name = name_of(series.labels(ref));
    if (name.empty()) continue;
    auto& line = sums.try_emplace(name, slices.minutes.size(), maths::nan()).first->second;
    add(line, samples_of(series, ref), reduction, slices);
  }
  std::vector<Line> lines;
  for (auto& [name, values] : sums) lines.push_back({name, std::move(values)});
  return lines;
}

}  // namespace

std::vector<Line> by_service(const tsdb::Store& series, std::string_view metric, Reduction reduction,
                             const Slices& slices) {
  return grouped_lines(series, metric, reduction, slices,
                       [](const model::Labels& labels) { return std::string(labels.get("service")); });
}

std::vector<Line> by_dependency(const tsdb::Store& series, std::string_view metric, const Slices& slices) {
  return grouped_lines(series, metric, Reduction::last, slices, [](const model::Labels& labels) {
    return std::string(labels.get("service")) + " → " + std::string(labels.get("dependency"));
  });
}

}  // namespace firedrill::reports
