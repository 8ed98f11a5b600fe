#include "driver/scrape_loop.h"

#include "base/hash.h"
#include "base/numbers.h"

namespace firedrill::driver {
namespace {

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
    : interval_(settings.scrape_interval),
      timeout_(std::min(settings.scrape_timeout, settings.scrape_interval)),
      normalise_(normalise),
      store_(store) {
  const auto targets = host.targets();
  targets_.resize(targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool aligned = settings.scrape_phase == scenario::ScrapePhase::aligned;
    const Duration phase = aligned ? Duration(0) : phase_of(targets[i].labels.to_string(), interval_);
    due_.add(first_slot(start, interval_, phase), i);
    State& state = targets_[i];
    const auto own = [&](std::string_view name) { return store_.series(with_name(targets[i].labels, name)); };
    state.up = own("up");
    state.duration = own("scrape_duration_seconds");
    state.samples = own("scrape_samples_scraped");
    state.post_relabel = own("scrape_samples_post_metric_relabeling");
    state.added = own("scrape_series_added");
  }
}

Time ScrapeLoop::next_due() const {
  return due_.next_at().value_or(Time::max());
}

void ScrapeLoop::run_due(Time t, ServiceHost& host) {
  while (!due_.empty() && *due_.next_at() <= t) {
    const auto [at, target] = due_.take();
    scrape(target, at, host);
    due_.add(at + interval_, target);
  }
}

void ScrapeLoop::scrape(std::size_t target, Time t, ServiceHost& host) {
  State& state = targets_[target];
  const auto result = host.scrape(target, values_);
  const bool up = result.up && from_seconds(result.duration) <= timeout_;
  std::size_t known = state.series.size();
  if (!state.was_up) known = 0;
  if (up) {
    register_series(target, host.targets()[target]);
    append_values(state, t);
  } else {
    mark_stale(state, t);
  }
  const double samples = up ? static_cast<double>(result.samples) : 0;
  store_.append(state.up, t, up ? 1 : 0);
  store_.append(state.duration, t, up ? result.duration : std::min(result.duration, to_seconds(timeout_)));
  store_.append(state.samples, t, samples);
  store_.append(state.post_relabel, t, samples);
  store_.append(state.added, t, up ? static_cast<double>(state.series.size() - known) : 0);
  state.was_up = up;
}

void ScrapeLoop::register_series(std::size_t target, const fake_services::Target& info) {
  State& state = targets_[target];
  for (std::size_t i = state.series.size(); i < info.series.size(); ++i) {
    state.series.push_back(store_.series(normalise_ ? normalised(info.series[i]) : info.series[i].labels));
    state.present.push_back(0);
  }
}

void ScrapeLoop::append_values(State& state, Time t) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const bool absent = fake_services::is_absent(values_[i]);
    // An absent value is a stale marker: it ends a series that was there, and says nothing of one that was not.
    if (!absent || state.present[i] != 0) store_.append(state.series[i], t, values_[i]);
    state.present[i] = absent ? 0 : 1;
  }
}

void ScrapeLoop::mark_stale(State& state, Time t) {
  for (std::size_t i = 0; i < state.series.size(); ++i) {
    if (state.present[i] != 0) store_.append(state.series[i], t, stale_marker());
    state.present[i] = 0;
  }
}

}  // namespace firedrill::driver
