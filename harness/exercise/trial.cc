#include "exercise/trial.h"

#include <algorithm>
#include <limits>

#include "base/text/numbers.h"
#include "tsdb/store.h"

namespace firedrill::exercise {
namespace {

constexpr double kObservations = 10;  // of a histogram, each second

// A series on the stage: of a histogram there are several.
struct Track {
  tsdb::SeriesRef series{};
  Motion motion = Motion::level;
  std::optional<double> calm;
  std::optional<double> hot;
  bool there = false;
};

model::Labels labels_of(const Prop& prop) {
  model::Labels labels;
  // What the target gives, where the series says nothing else.
  for (const char* name : {"job", "service", "namespace", "pod"}) labels.set(name, "target");
  for (const auto& [name, value] : prop.labels) labels.set(name, value);
  labels.set(model::kMetricName, prop.metric);
  return labels;
}

std::optional<double> in_numbers(const Value& value, Time hot_from) {
  if (!value) return std::nullopt;
  return value->from_now ? to_seconds(hot_from.time_since_epoch()) + value->value : value->value;
}

std::vector<Track> tracks_of(std::span<const Prop> props, Time hot_from, tsdb::Store& store) {
  std::vector<Track> tracks;
  for (const Prop& prop : props) {
    model::Labels labels = labels_of(prop);
    if (prop.bounds.empty()) {
      tracks.push_back(
          {store.series(labels), prop.motion, in_numbers(prop.calm, hot_from), in_numbers(prop.hot, hot_from)});
      continue;
    }
    const auto bucket = [&](double bound, const std::string& text) {
      labels.set(model::kBucketLabel, text);
      tracks.push_back(
          {store.series(labels), Motion::slope, bucket_rate(prop.calm, bound), bucket_rate(prop.hot, bound)});
    };
    for (const double bound : prop.bounds) bucket(bound, format_go_g(bound));
    bucket(std::numeric_limits<double>::infinity(), "+Inf");
  }
  return tracks;
}

struct Moments {
  Time begin;
  Time hot_from;
  Time hot_to;   // as far as is known
  Time planned;  // what trends reckon with
};

// Nothing: it is not there.
std::optional<double> value_of(const Track& track, Time t, const Moments& m) {
  const bool hot = t >= m.hot_from && t < m.hot_to;
  if (hot && !track.hot) return std::nullopt;
  if (!hot && !track.calm) return std::nullopt;
  switch (track.motion) {
    case Motion::level:
      return hot ? *track.hot : *track.calm;
    case Motion::trend: {
      if (!hot) return *track.calm;
      const double share = to_seconds(t - m.hot_from) / std::max(1.0, to_seconds(m.planned - m.hot_from));
      const double from = track.calm.value_or(0);
      return from + (*track.hot - from) * std::min(1.0, share);
    }
    case Motion::slope: {
      const double all = track.calm.value_or(0) * to_seconds(t - m.begin);
      const double rise = track.hot.value_or(0) - track.calm.value_or(0);
      return all + rise * to_seconds(std::clamp(t, m.hot_from, m.hot_to) - m.hot_from);
    }
  }
  return std::nullopt;
}

void scrape(std::span<Track> tracks, Time t, const Moments& moments, tsdb::Store& store) {
  for (Track& track : tracks) {
    const auto value = value_of(track, t, moments);
    if (value) {
      store.append(track.series, t, *value);
    } else if (track.there) {
      store.append(track.series, t, stale_marker());
    }
    track.there = value.has_value();
  }
}

}  // namespace

double bucket_rate(const Value& value, double bound) {
  return value && bound >= value->value ? kObservations : 0;
}

Time beginning() {
  return *parse_instant("2026-03-02T00:00:00Z");
}

Trial::Trial(const Subject& subject, const promql::Options& promql, bool with_for) {
  group_.name = subject.group->name;
  group_.limit = subject.group->limit;
  for (const alerting::Rule* rule : subject.recorded) group_.rules.push_back(*rule);
  group_.rules.push_back(*subject.rule);
  if (!with_for) group_.rules.back().hold = group_.rules.back().keep_firing_for = Duration(0);
  settings_.promql = promql;
  step_ = std::min<Duration>(std::max<Duration>(subject.interval, kScrapeInterval), std::chrono::minutes(10));
  scrape_ = kScrapeInterval;
  settings_.evaluation_interval = step_;
  group_.interval = step_;
}

TrialResult Trial::run(std::span<const Prop> props, const Parts& parts) const {
  TrialResult result;
  tsdb::Store store;
  alerting::Group group(group_, store, settings_);
  const std::size_t alert = group_.rules.size() - 1;
  Moments m{beginning(), beginning() + parts.lead, beginning() + parts.lead + parts.hot, {}};
  m.planned = m.hot_to;
  std::vector<Track> tracks = tracks_of(props, m.hot_from, store);
  const bool trends = std::ranges::any_of(props, [](const Prop& prop) { return prop.motion == Motion::trend; });
  std::vector<alerting::AlertTransition> transitions;
  const auto fires = [&](Time t) {
    transitions.clear();
    result.evaluations += group.evaluate(t, transitions);
    return group.state(alert) == alerting::AlertState::firing;
  };
  Time scraped = m.begin;
  for (Time t = m.begin + step_;; t += step_) {
    for (; scraped < t; scraped += scrape_) scrape(tracks, scraped, m, store);
    const bool firing = fires(t);
    if (t < m.hot_from) {
      result.early = firing;
    } else if (!result.fires_after) {
      if (firing && !result.early) result.fires_after = t - m.hot_from;
      if (!firing) result.early = false;
      if (result.fires_after && !trends) m.hot_to = std::min(m.hot_to, t + step_);
      if (t >= m.hot_to && !result.fires_after) break;
    } else if (t >= m.hot_to) {
      if (!firing) result.clears_after = t - m.hot_to;
      if (!firing || t >= m.hot_to + parts.tail) break;
    }
  }
  result.hot = m.hot_to - m.hot_from;
  return result;
}

}  // namespace firedrill::exercise
