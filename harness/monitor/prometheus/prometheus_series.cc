#include "monitor/prometheus/prometheus_series.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text/numbers.h"

namespace firedrill::monitor {
namespace {

// Prometheus's lookback: a value is seen so long after its sample, unless its series ends.
constexpr Duration kLookback = 5min;
constexpr Duration kFinest = 1s;
// Prometheus gives no more than 11,000 steps.
constexpr int kMostSteps = 10'000;

std::string selector_text(const std::vector<model::Matcher>& matchers) {
  std::string out = "{";
  for (const model::Matcher& each : matchers) out += (out.size() == 1 ? "" : ",") + each.to_string();
  return out + "}";
}

// What lies between two samples that follow each other as they should.
Duration usual_step(const std::vector<model::Sample>& samples) {
  Duration least = kLookback;
  for (std::size_t i = 1; i < samples.size(); ++i) least = std::min(least, samples[i].t - samples[i - 1].t);
  return samples.size() < 2 ? Duration(0) : least;
}

// Where the sample is not followed by another in time: the time up to which that has to be looked at.
std::optional<Time> end_of_gap(const ServedSeries& series, std::size_t i, Duration usual, Time to) {
  const Time next = i + 1 < series.samples.size() ? series.samples[i + 1].t : to;
  const bool in_time = next - series.samples[i].t <= usual + usual / 2;
  return in_time ? std::nullopt : std::optional(std::min(next, series.samples[i].t + kLookback));
}

bool has_gaps(const ServedSeries& series, Time to) {
  const Duration usual = usual_step(series.samples);
  for (std::size_t i = 0; i < series.samples.size(); ++i) {
    if (end_of_gap(series, i, usual, to)) return true;
  }
  return false;
}

// The samples, and stale markers where the series is not seen at a step though it would be.
std::vector<model::Sample> with_ends(const ServedSeries& series, const std::set<Time>& seen, Time first_step,
                                     Duration step, Time to) {
  std::vector<model::Sample> out;
  const Duration usual = usual_step(series.samples);
  for (std::size_t i = 0; i < series.samples.size(); ++i) {
    const Time at = series.samples[i].t;
    out.push_back(series.samples[i]);
    const auto until = end_of_gap(series, i, usual, to);
    if (!until) continue;
    Time t = first_step + ((at - first_step) / step + 1) * step;
    while (t < *until && seen.contains(t)) t += step;
    if (t < *until) out.push_back({t, stale_marker()});
  }
  return out;
}

}  // namespace

std::expected<void, std::string> take_series(PrometheusApi& api, const SeriesWanted& wanted, tsdb::Store& store) {
  const Duration length = wanted.to - wanted.from;
  const Duration step = std::max<Duration>(kFinest, length / kMostSteps);
  std::set<model::Labels> taken;
  for (const auto& matchers : wanted.selectors) {
    const std::string selector = selector_text(matchers);
    auto found = api.samples(selector, wanted.to, length);
    if (!found) return std::unexpected(found.error());
    std::erase_if(*found, [&](const ServedSeries& each) { return !taken.insert(each.labels).second; });
    std::map<model::Labels, std::set<Time>> seen;
    if (std::ranges::any_of(*found, [&](const ServedSeries& each) { return has_gaps(each, wanted.to); })) {
      const auto steps = api.range(selector, wanted.from, wanted.to, step);
      if (!steps) return std::unexpected(steps.error());
      for (const ServedSeries& each : *steps) {
        for (const model::Sample& sample : each.samples) seen[each.labels].insert(sample.t);
      }
    }
    for (const ServedSeries& each : *found) {
      const tsdb::SeriesRef series = store.series(each.labels);
      for (const model::Sample& sample : with_ends(each, seen[each.labels], wanted.from, step, wanted.to)) {
        store.append(series, sample.t + wanted.ahead, sample.value);
      }
    }
  }
  return {};
}

}  // namespace firedrill::monitor
