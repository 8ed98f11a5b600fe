#include "monitor/embedded/scrape_loop.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::monitor {
namespace {

constexpr auto kDropped = std::numeric_limits<tsdb::SeriesRef>::max();
constexpr Duration kFarthestAhead = 10min;  // scrape/scrape.go: maxAheadTime

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

// With the label's value as it is after so many changes.
model::Labels churned(const model::Labels& labels, std::string_view label, std::uint64_t times) {
  if (label.empty() || times == 0) return labels;
  model::Labels result = labels;
  const std::string_view own = labels.get(label);
  result.set(label, own.empty() ? std::to_string(times) : format("{}-{}", own, times));
  return result;
}

// scrape/scrape.go, verifyLabelLimits.
bool beyond(const scenario::ScrapeLimits& limits, const model::Labels& labels) {
  const auto over = [](std::int64_t limit, std::size_t found) {
    return limit > 0 && found > static_cast<std::size_t>(limit);
  };
  return over(limits.labels, labels.size()) || std::ranges::any_of(labels, [&](const model::Label& label) {
           return over(limits.label_name_length, label.name.size()) ||
                  over(limits.label_value_length, label.value.size());
         });
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

ScrapeLoop::ScrapeLoop(ScrapeTargets& host, const scenario::PrometheusSettings& settings, Time start,
                       const Options& options, tsdb::Store& store)
    : host_(&host),
      settings_(std::make_shared<const scenario::PrometheusSettings>(settings)),
      options_(options),
      store_(&store) {
  follow_targets(start);
}

ScrapeLoop::ScrapeLoop(const ScrapeLoop& other, ScrapeTargets& host, Time start, tsdb::Store& store)
    : host_(&host),
      settings_(other.settings_),
      options_{.normalise = other.options_.normalise, .history = nullptr},
      store_(&store) {
  follow_targets(start);
  const auto before = other.host_->targets();
  const auto now = host.targets();
  for (std::size_t i = 0; i < other.targets_.size(); ++i) {
    const State& theirs = other.targets_[i];
    if (!theirs.known) continue;
    std::vector<tsdb::SeriesRef> left;
    for (std::size_t k = 0; k < theirs.series.size(); ++k) {
      if (theirs.present[k] != 0) left.push_back(theirs.series[k]);
    }
    const auto same = std::ranges::find(now, before[i].labels, &fake_services::Target::labels);
    if (same != now.end()) {
      State& state = targets_[static_cast<std::size_t>(same - now.begin())];
      state.left = std::move(left);
      state.known = true;
      continue;
    }
    left.insert(left.begin(), {theirs.up, theirs.duration, theirs.samples, theirs.post_relabel, theirs.added});
    departures_.add(start + theirs.interval + theirs.interval / 10, {.target = i, .ended = start, .series = left});
  }
}

// The list only grows: a target that is gone stays in it, unlisted.
void ScrapeLoop::follow_targets(Time t) {
  const auto targets = host_->targets();
  const bool aligned = settings_->scrape_phase == scenario::ScrapePhase::aligned;
  for (std::size_t i = targets_.size(); i < targets.size(); ++i) {
    targets_.push_back(make_state(targets[i]));
    const Duration interval = targets_.back().interval;
    // Two servers scrape the same target at times of their own.
    const scenario::PrometheusReplicas& replicas = settings_->replicas;
    const std::string whose(replicas.count > 1 ? settings_->external_labels.get(replicas.label) : "");
    const Duration phase = aligned ? Duration(0) : phase_of(targets[i].labels.to_string() + whose, interval);
    due_.add(first_slot(t, interval, phase), i);
  }
}

bool ScrapeLoop::crowded(const State& state, const fake_services::Target& info) const {
  if (state.limits.targets <= 0) return false;
  const auto of_job = std::ranges::count_if(
      host_->targets(), [&](const fake_services::Target& other) { return other.listed && other.job == info.job; });
  return of_job > state.limits.targets;
}

ScrapeLoop::State ScrapeLoop::make_state(const fake_services::Target& target) const {
  State state;
  const auto& jobs = settings_->jobs;
  const auto job = std::ranges::find(jobs, target.job, &scenario::ScrapeJob::name);
  if (job != jobs.end()) state.job = &*job;
  state.interval = state.job != nullptr ? state.job->scrape_interval : settings_->scrape_interval;
  state.timeout =
      std::min(state.job != nullptr ? state.job->scrape_timeout : settings_->scrape_timeout, state.interval);
  state.limits = state.job != nullptr ? state.job->limits : settings_->limits;
  name_own_series(state, target.labels);
  return state;
}

void ScrapeLoop::name_own_series(State& state, const model::Labels& labels) const {
  const auto own = [&](std::string_view name) { return store_->series(with_name(labels, name)); };
  state.up = own("up");
  state.duration = own("scrape_duration_seconds");
  state.samples = own("scrape_samples_scraped");
  state.post_relabel = own("scrape_samples_post_metric_relabeling");
  state.added = own("scrape_series_added");
  if (options_.history == nullptr) return;
  state.own_from = options_.history->settled;
  for (const tsdb::SeriesRef series : {state.up, state.duration, state.samples, state.post_relabel, state.added}) {
    state.own_from = std::min(state.own_from, stored_from(series));
  }
}

Time ScrapeLoop::next_due() const {
  const SlowScrapes* slow = host_->slow_scrapes();
  return slow == nullptr ? next_slot() : std::min(next_slot(), slow->next_look());
}

Time ScrapeLoop::next_slot() const {
  return std::min(due_.next_at().value_or(Time::max()), departures_.next_at().value_or(Time::max()));
}

// Before all has to be there, some are left out: as many as what looks at the time around them cannot tell.
Time ScrapeLoop::slot_after(Time at, Duration interval) const {
  if (options_.history == nullptr || at >= options_.history->settled) return at + interval;
  const fake_services::Stride& stride = options_.history->stride_at(at);
  const auto to_end = (stride.until - at + interval - Duration(1)) / interval;
  return at + std::clamp<Duration::rep>(stride.step / interval, 1, std::max<Duration::rep>(1, to_end)) * interval;
}

// The first time at which something may look at it.
Time ScrapeLoop::stored_from(tsdb::SeriesRef series) const {
  Time from = options_.history->settled;
  const model::Labels& labels = store_->labels(series);
  for (const scenario::History::Reading& reading : options_.history->readings) {
    if (reading.from >= from) continue;
    const bool read = std::ranges::all_of(reading.matchers, [&](const auto& each) { return each.matches(labels); });
    if (read) from = reading.from;
  }
  return from;
}

std::int64_t ScrapeLoop::least_samples(Duration length) const {
  constexpr std::int64_t kOwnSeries = 5;
  std::int64_t samples = 0;
  for (const State& state : targets_) samples += kOwnSeries * (length / state.interval);
  return samples;
}

void ScrapeLoop::run_due(Time t) {
  follow_targets(t);
  if (SlowScrapes* slow = host_->slow_scrapes()) {
    while (auto done = slow->take_done()) {
      State& state = targets_[done->target];
      values_ = std::move(done->values);
      if (const auto at = std::exchange(state.under_way, std::nullopt)) take_in(done->target, *at, done->result);
    }
  }
  while (next_slot() <= t) {
    if (!departures_.empty() && *departures_.next_at() == next_slot()) {
      end(departures_.take().second);
      continue;
    }
    const auto [at, target] = due_.take();
    scrape(target, at);
    // A pod that has gone does not come back.
    if (host_->targets()[target].listed) due_.add(slot_after(at, targets_[target].interval), target);
  }
}

std::size_t ScrapeLoop::skip_due(Time t) {
  std::size_t skipped = 0;
  for (; !due_.empty() && *due_.next_at() <= t; ++skipped) {
    const auto [at, target] = due_.take();
    due_.add(at + targets_[target].interval, target);
  }
  return skipped;
}

void ScrapeLoop::look_away() {
  looks_away_ = true;
  departures_ = {};
}

void ScrapeLoop::restart() {
  departures_ = {};
  for (State& state : targets_) {
    state.was_up = state.known = false;
    state.left.clear();
    std::ranges::fill(state.present, 0);
  }
}

void ScrapeLoop::scrape(std::size_t target, Time t) {
  SlowScrapes* slow = host_->slow_scrapes();
  if (looks_away_) {
    host_->pass_by(target);
    return;
  }
  if (slow == nullptr) return take_in(target, t, host_->scrape(target, values_));
  State& state = targets_[target];
  if (state.under_way) return;  // as Prometheus, which drops the ticks meanwhile
  state.under_way = t;
  slow->begin(target, state.timeout);
}

void ScrapeLoop::take_in(std::size_t target, Time t, const fake_services::ScrapeResult& result) {
  State& state = targets_[target];
  if (!result.discovered) {
    if (state.known) depart(target, t, true);
    return;
  }
  const fake_services::Target& info = host_->targets()[target];
  const fake_services::ScrapeConditions* disturbed = result.disturbed;
  const bool renamed = disturbed != nullptr && follow_labels(target, t, *disturbed, info);
  const bool in_time = from_seconds(result.duration_s) <= state.timeout;
  const bool answered = result.up && in_time && !crowded(state, info);
  if (answered) register_series(target, info);
  const bool limited = state.limits.samples > 0;
  const std::size_t kept = answered && (limited || state.overlabelled) ? count_kept(state) : 0;
  const bool too_many = limited && kept > static_cast<std::size_t>(state.limits.samples);
  const bool up = answered && !state.overlabelled && !too_many;
  const std::size_t known = state.was_up ? state.series.size() - state.dropped : 0;
  fake_services::ScrapeOutcome outcome;
  outcome.timed_out = in_time ? 0 : 1;
  std::size_t stored = 0;
  if (up) {
    if (disturbed != nullptr && disturbed->resets != state.resets) {
      outcome.fell = count_fallen(state, info);
      state.resets = disturbed->resets;
    }
    const Duration skew = disturbed != nullptr ? disturbed->skew : Duration(0);
    stored = skew == Duration(0) ? append_values(state, t, outcome) : append_skewed(state, t, skew, outcome);
    if (renamed) outcome.renamed = static_cast<double>(stored);
  } else {
    mark_stale(state, t);
  }
  const std::size_t series = state.series.size() - state.dropped;
  if (t >= state.own_from) {
    store_->append(state.up, t, up ? 1 : 0);
    store_->append(state.duration, t, up ? result.duration_s : std::min(result.duration_s, to_seconds(state.timeout)));
    // Of a scrape that brought too much it is known how much.
    store_->append(state.samples, t, answered ? static_cast<double>(result.samples) : 0);
    store_->append(state.post_relabel, t, static_cast<double>(up ? stored : kept));
    store_->append(state.added, t, up ? static_cast<double>(series - known) : 0);
  }
  end_left(state, t);
  state.was_up = up;
  state.known = true;
  if (outcome != fake_services::ScrapeOutcome{}) host_->tell(target, outcome);
}

// scrape/scrape.go, endOfRunStaleness: a target that left may come back under the same labels, so that its series are
// ended only two scrapes and a tenth of the interval later, but as of the first scrape that did not take place. If it
// has come back by then the markers are older than its samples, and are refused.
void ScrapeLoop::depart(std::size_t target, Time t, bool gone) {
  State& state = targets_[target];
  Departure departure{target, t, gone, {state.up, state.duration, state.samples, state.post_relabel, state.added}};
  for (std::size_t i = 0; i < state.series.size(); ++i) {
    if (state.present[i] != 0) departure.series.push_back(state.series[i]);
    state.present[i] = 0;
  }
  departure.series.insert(departure.series.end(), state.left.begin(), state.left.end());
  state.left.clear();
  departures_.add(t + state.interval + state.interval / 10, std::move(departure));
  state.was_up = state.known = false;
}

void ScrapeLoop::end(const Departure& departure) {
  bool ended = false;  // `up`
  for (const tsdb::SeriesRef series : departure.series) {
    const bool accepted = store_->append(series, departure.ended, stale_marker());
    ended = ended || (series == departure.series.front() && accepted);
  }
  if (!ended || !departure.gone) return;
  fake_services::ScrapeOutcome outcome;
  outcome.gone = 1;
  host_->tell(departure.target, outcome);
}

// Takes up the labels that the target has now; true if they are others than before. If they are those of the target
// itself, it is another target to Prometheus, and the old one has left.
bool ScrapeLoop::follow_labels(std::size_t target, Time t, const fake_services::ScrapeConditions& conditions,
                               const fake_services::Target& info) {
  State& state = targets_[target];
  if (conditions.churn == state.churn && conditions.churning == state.churning) return false;
  const bool was_known = state.known;
  const bool own = info.labels.has(state.churning) || info.labels.has(conditions.churning);
  if (own && was_known) depart(target, t, false);
  if (!own) mark_stale(state, t);
  state.churning = conditions.churning;
  state.churn = conditions.churn;
  state.series.clear();
  state.present.clear();
  state.stored_from.clear();
  state.dropped = 0;
  state.overlabelled = false;
  if (own) name_own_series(state, churned(info.labels, state.churning, state.churn));
  return was_known;
}

// The counters of the scrape at hand that are lower than what is stored of the one before.
double ScrapeLoop::count_fallen(const State& state, const fake_services::Target& info) const {
  double fallen = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const model::MetricType type = info.series[i].type;
    if (type != model::MetricType::counter && type != model::MetricType::histogram) continue;
    if (state.series[i] == kDropped || state.present[i] == 0) continue;
    const auto stored = store_->samples(state.series[i]).values;
    if (!stored.empty() && values_[i] < stored.back()) ++fallen;
  }
  return fallen;
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
    state.overlabelled = state.overlabelled || (series != kDropped && beyond(state.limits, store_->labels(series)));
    state.present.push_back(0);
    if (options_.history == nullptr) continue;
    state.stored_from.push_back(state.series.back() == kDropped ? Time::max() : stored_from(state.series.back()));
  }
}

tsdb::SeriesRef ScrapeLoop::stored_as(const State& state, const model::SeriesInfo& info) {
  model::Labels labels = options_.normalise ? normalised(info) : info.labels;
  if (state.churn != 0) labels = churned(labels, state.churning, state.churn);
  if (state.job != nullptr && !alerting::relabel(state.job->metric_relabel, labels)) return kDropped;
  return labels.has(model::kMetricName) ? store_->series(labels) : kDropped;
}

// Of the values at hand, those that relabelling leaves.
std::size_t ScrapeLoop::count_kept(const State& state) const {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (state.series[i] != kDropped && !fake_services::is_absent(values_[i])) ++kept;
  }
  return kept;
}

// How many values were stored.
std::size_t ScrapeLoop::append_values(State& state, Time t, fake_services::ScrapeOutcome& outcome) {
  std::size_t stored = 0, not_numbers = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (state.series[i] == kDropped) continue;
    const double value = values_[i];
    const bool absent = fake_services::is_absent(value);
    if (i < state.stored_from.size() && t < state.stored_from[i]) {
      stored += absent ? 0 : 1;
      continue;
    }
    // An absent value is a stale marker: it ends a series that was there, and says nothing of one that was not.
    if (!absent || state.present[i] != 0) store_->append(state.series[i], t, value);
    if (absent && state.present[i] != 0) ++outcome.ended;
    state.present[i] = absent ? 0 : 1;
    stored += absent ? 0 : 1;
    not_numbers += value != value && !absent ? 1 : 0;
  }
  outcome.nan = static_cast<double>(not_numbers);
  return stored;
}

// Samples with timestamps of their own: none too far in the future, and no stale markers (scrape/scrape.go).
std::size_t ScrapeLoop::append_skewed(State& state, Time t, Duration skew, fake_services::ScrapeOutcome& outcome) {
  std::size_t stored = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    state.present[i] = 0;
    if (state.series[i] == kDropped || fake_services::is_absent(values_[i])) continue;
    ++outcome.skewed;
    if (skew <= kFarthestAhead && store_->append(state.series[i], t + skew, values_[i])) ++stored;
  }
  return stored;
}

// What the loop before had of the target, and its first scrape by this one has not.
void ScrapeLoop::end_left(State& state, Time t) {
  if (state.left.empty()) return;
  std::set<tsdb::SeriesRef> here;
  for (std::size_t i = 0; i < state.series.size(); ++i) {
    if (state.present[i] != 0) here.insert(state.series[i]);
  }
  for (const tsdb::SeriesRef series : state.left) {
    if (!here.contains(series)) store_->append(series, t, stale_marker());
  }
  state.left.clear();
}

void ScrapeLoop::mark_stale(State& state, Time t) {
  for (std::size_t i = 0; i < state.series.size(); ++i) {
    if (state.present[i] != 0) store_->append(state.series[i], t, stale_marker());
    state.present[i] = 0;
  }
}

}  // namespace firedrill::monitor
