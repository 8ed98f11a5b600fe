#include "driver/scrape_loop.h"

#include <algorithm>
#include <limits>

#include "base/hash.h"
#include "base/numbers.h"

namespace firedrill::driver {
namespace {

constexpr auto kDropped = std::numeric_limits<tsdb::SeriesRef>::max();

model::Labels with_name(const model::Labels& labels, std::string_view name) {
  model::Labels result = labels;
  result.set(model::kMetricName, name);
  return result;
}

// scrape/scrape.go and model/textparse: `le` of histograms and `quantile` of summaries.
model::Labels normalised(const model::SeriesInfo& info) {
  const bool histogram = info.type == model::MetricType::histogram;
  if (!histogram && info.type != model::MetricType::summary) return info.labels;
  const std::string_view name = histogram ? model::kBucketLabel : "quantile";
  model::Labels labels = info.labels;
  if (const auto bound = parse_float(labels.get(name))) labels.set(name, format_openmetrics(*bound));
  return labels;
}

}  // namespace

Duration phase_of(std::string_view text, Duration interval) {
  // The hash is mixed once more, since names that differ in their last character only must not stand side by side.
  const std::uint64_t hash = stable_hash("phase", stable_hash(text));
  return Duration(static_cast<Duration::rep>((hash >> 16) % static_cast<std::uint64_t>(interval.count())));
}

Time first_slot(Time start, Duration interval, Duration phase) {
  const auto since = (start.time_since_epoch() - phase) % interval;
  const Duration behind = since < Duration(0) ? since + interval : since;
  return behind == Duration(0) ? start : start + (interval - behind);
}

ScrapeLoop::ScrapeLoop(const ServiceHost& host, const scenario::PrometheusSettings& settings, Time start,
                       bool normalise, tsdb::Store& store)
    : jobs_(settings.jobs), normalise_(normalise), store_(store) {
  const auto targets = host.targets();
  targets_.reserve(targets.size());
  const bool aligned = settings.scrape_phase == scenario::ScrapePhase::aligned;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    targets_.push_back(make_state(targets[i], settings));
    const Duration interval = targets_.back().interval;
    const Duration phase = aligned ? Duration(0) : phase_of(targets[i].labels.to_string(), interval);
    due_.add(first_slot(start, interval, phase), i);
  }
}

ScrapeLoop::State ScrapeLoop::make_state(const fake_services::Target& target,
                                         const scenario::PrometheusSettings& settings) {
  State state;
  const auto job = std::ranges::find(jobs_, target.job, &scenario::ScrapeJob::name);
  if (job != jobs_.end()) state.job = &*job;
  state.interval = state.job != nullptr ? state.job->scrape_interval : settings.scrape_interval;
  state.timeout = std::min(state.job != nullptr ? state.job->scrape_timeout : settings.scrape_timeout, state.interval);
  const auto own = [&](std::string_view name) { return store_.series(with_name(target.labels, name)); };
  state.up = own("up");
  state.duration = own("scrape_duration_seconds");
  state.samples = own("scrape_samples_scraped");
  state.post_relabel = own("scrape_samples_post_metric_relabeling");
  state.added = own("scrape_series_added");
  return state;
}

Time ScrapeLoop::next_due() const {
  return due_.next_at().value_or(Time::max());
}

void ScrapeLoop::run_due(Time t, ServiceHost& host) {
  while (!due_.empty() && *due_.next_at() <= t) {
    const auto [at, target] = due_.take();
    scrape(target, at, host);
    due_.add(at + targets_[target].interval, target);
  }
}

void ScrapeLoop::scrape(std::size_t target, Time t, ServiceHost& host) {
  State& state = targets_[target];
  const auto result = host.scrape(target, values_);
  const bool up = result.up && from_seconds(result.duration) <= state.timeout;
  const std::size_t known = state.was_up ? state.series.size() - state.dropped : 0;
  std::size_t stored = 0;
  if (up) {
    register_series(target, host.targets()[target]);
    stored = append_values(state, t);
  } else {
    mark_stale(state, t);
  }
  const std::size_t series = state.series.size() - state.dropped;
  store_.append(state.up, t, up ? 1 : 0);
  store_.append(state.duration, t, up ? result.duration : std::min(result.duration, to_seconds(state.timeout)));
  store_.append(state.samples, t, up ? static_cast<double>(result.samples) : 0);
  store_.append(state.post_relabel, t, static_cast<double>(stored));
  store_.append(state.added, t, up ? static_cast<double>(series - known) : 0);
  state.was_up = up;
}

void ScrapeLoop::register_series(std::size_t target, const fake_services::Target& info) {
  State& state = targets_[target];
  for (std::size_t i = state.series.size(); i < info.series.size(); ++i) {
    const tsdb::SeriesRef series = stored_as(state, info.series[i]);
    // Of two series that relabelling makes one, the first counts: the other's samples are duplicates.
    const bool relabelled = state.job != nullptr && !state.job->metric_relabel.empty();
    const bool twice = relabelled && std::ranges::find(state.series, series) != state.series.end();
    state.series.push_back(twice ? kDropped : series);
    if (state.series.back() == kDropped) ++state.dropped;
    state.present.push_back(0);
  }
}

tsdb::SeriesRef ScrapeLoop::stored_as(const State& state, const model::SeriesInfo& info) {
  model::Labels labels = normalise_ ? normalised(info) : info.labels;
  if (state.job != nullptr && !alerting::relabel(state.job->metric_relabel, labels)) return kDropped;
  return labels.has(model::kMetricName) ? store_.series(labels) : kDropped;
}

// How many values were stored.
std::size_t ScrapeLoop::append_values(State& state, Time t) {
  std::size_t stored = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (state.series[i] == kDropped) continue;
    const bool absent = fake_services::is_absent(values_[i]);
    // An absent value is a stale marker: it ends a series that was there, and says nothing of one that was not.
    if (!absent || state.present[i] != 0) store_.append(state.series[i], t, values_[i]);
    state.present[i] = absent ? 0 : 1;
    stored += absent ? 0 : 1;
  }
  return stored;
}

void ScrapeLoop::mark_stale(State& state, Time t) {
  for (std::size_t i = 0; i < state.series.size(); ++i) {
    if (state.present[i] != 0) store_.append(state.series[i], t, stale_marker());
    state.present[i] = 0;
  }
}

}  // namespace firedrill::driver
