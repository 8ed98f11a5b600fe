#include "monitor/prometheus/prometheus_series.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/contains.h"
#include "base/text/numbers.h"

namespace firedrill::monitor {
namespace {

// Prometheus's lookback: a value is seen so long after its sample, unless its series ends. Of the run's time, as is the
// finest step at which that is looked for.
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
Duration usual_step(const std::vector<model::Sample>& samples, Duration lookback) {
  Duration least = lookback;
  for (std::size_t i = 1; i < samples.size(); ++i) least = std::min(least, samples[i].t - samples[i - 1].t);
  return samples.size() < 2 ? Duration(0) : least;
}

// Where the sample is not followed by another in time: the time up to which that has to be looked at.
std::optional<Time> end_of_gap(const ServedSeries& series, std::size_t i, Duration usual, Time to, Duration lookback) {
  const Time next = i + 1 < series.samples.size() ? series.samples[i + 1].t : to;
  const bool in_time = next - series.samples[i].t <= usual + usual / 2;
  return in_time ? std::nullopt : std::optional(std::min(next, series.samples[i].t + lookback));
}

bool has_gaps(const ServedSeries& series, Time to, Duration lookback) {
  const Duration usual = usual_step(series.samples, lookback);
  for (std::size_t i = 0; i < series.samples.size(); ++i) {
    if (end_of_gap(series, i, usual, to, lookback)) return true;
  }
  return false;
}

// The samples, and stale markers where the series is not seen at a step though it would be.
std::vector<model::Sample> with_ends(const ServedSeries& series, const std::set<Time>& seen, Time first_step,
                                     Duration step, Time to, Duration lookback) {
  std::vector<model::Sample> out;
  const Duration usual = usual_step(series.samples, lookback);
  for (std::size_t i = 0; i < series.samples.size(); ++i) {
    const Time at = series.samples[i].t;
    out.push_back(series.samples[i]);
    const auto until = end_of_gap(series, i, usual, to, lookback);
    if (!until) continue;
    Time t = first_step + ((at - first_step) / step + 1) * step;
    while (t < *until && seen.contains(t)) t += step;
    if (t < *until) out.push_back({t, stale_marker()});
  }
  return out;
}

// What a sample is in the run's measure: counts of requests are as many as there would have been, and when an alert
// became active is the run's instant. At speed 1 it is what it is.
class InRun {
 public:
  InRun(const ServedSeries& series, const SeriesWanted& wanted) : times_(wanted.times) {
    if (times_.speed == 1) return;
    const std::string_view name = series.labels.metric_name();
    const SeriesScale scale = wanted.scale_of(name);
    instants_ = name == "ALERTS_FOR_STATE" || contains(scale.instants_of, series.labels.get("job"));
    if (scale.is == fake_services::MetricScale::request_count) factor_ = times_.speed;
  }
  double operator()(double value) const {
    if (is_stale(value)) return value;
    return instants_ ? to_seconds(times_.in_run(Time(from_seconds(value))).time_since_epoch()) : factor_ * value;
  }

 private:
  const RunTimes& times_;
  bool instants_ = false;
  double factor_ = 1;
};

}  // namespace

std::expected<void, std::string> take_series(PrometheusApi& api, const SeriesWanted& wanted, tsdb::Store& store) {
  const Duration length = wanted.to - wanted.from;
  const Duration step = std::max<Duration>(wanted.times.on_wall(kFinest), length / kMostSteps);
  const Duration lookback = wanted.times.on_wall(kLookback);
  std::set<model::Labels> taken;
  for (const auto& matchers : wanted.selectors) {
    const std::string selector = selector_text(matchers);
    auto found = api.samples(selector, wanted.to, length);
    if (!found) return std::unexpected(found.error());
    std::erase_if(*found, [&](const ServedSeries& each) { return !taken.insert(each.labels).second; });
    std::map<model::Labels, std::set<Time>> seen;
    if (std::ranges::any_of(*found, [&](const ServedSeries& each) { return has_gaps(each, wanted.to, lookback); })) {
      const auto steps = api.range(selector, wanted.from, wanted.to, step);
      if (!steps) return std::unexpected(steps.error());
      for (const ServedSeries& each : *steps) {
        for (const model::Sample& sample : each.samples) seen[each.labels].insert(sample.t);
      }
    }
    for (const ServedSeries& each : *found) {
      const tsdb::SeriesRef series = store.series(each.labels);
      const InRun in_run(each, wanted);
      for (const model::Sample& sample : with_ends(each, seen[each.labels], wanted.from, step, wanted.to, lookback)) {
        store.append(series, wanted.times.in_run(sample.t), in_run(sample.value));
      }
    }
  }
  return {};
}

}  // namespace firedrill::monitor
