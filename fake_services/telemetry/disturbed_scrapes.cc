#include "fake_services/telemetry/disturbed_scrapes.h"

#include <algorithm>
#include <limits>

#include "base/text/format.h"
#include "fake_services/telemetry/target.h"

namespace firedrill::fake_services {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool counts_up(model::MetricType type) {
  return type == model::MetricType::counter || type == model::MetricType::histogram;
}

}  // namespace

bool SpoiltMetrics::matches(std::string_view metric) const {
  if (name.empty()) return true;
  if (name.ends_with('*')) return metric.starts_with(std::string_view(name).substr(0, name.size() - 1));
  return metric == name;
}

DisturbedScrapes::DisturbedScrapes(std::uint64_t seed, std::string_view instance)
    : chance_(seed, format("scrapes/{}", instance)) {}

bool DisturbedScrapes::set(const ScrapeConditions& conditions, Time t) {
  forged_.set(conditions.forged, t);
  const bool anew = conditions.resets > ordered_;
  if (anew) resets_ += conditions.resets - ordered_;
  ordered_ = conditions.resets;
  conditions_ = conditions;
  conditions_.resets = resets_;
  return anew;
}

void DisturbedScrapes::begin_anew(std::span<const model::SeriesInfo> series, std::span<const double> exposed) {
  begun_at_.assign(series.size(), 0);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (counts_up(series[i].type) && !is_absent(exposed[i])) begun_at_[i] = exposed[i];
  }
}

void DisturbedScrapes::restart(Time t) {
  begun_at_.clear();
  forged_.restart(t);
}

bool DisturbedScrapes::drawn(double share) {
  return share >= 1 || (share > 0 && chance_.uniform() < share);
}

bool DisturbedScrapes::discovered() {
  return !drawn(conditions_.undiscovered);
}

double DisturbedScrapes::delay_s() {
  return conditions_.delay_s + (drawn(conditions_.hanging) ? conditions_.hang_s : 0);
}

double DisturbedScrapes::overwrite(const std::vector<SpoiltMetrics>& spoilt, double with,
                                   std::span<const model::SeriesInfo> series, std::span<double> values) {
  double named = 0;
  for (const SpoiltMetrics& metrics : spoilt) {
    const bool now = drawn(metrics.share);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (is_absent(values[i]) || !metrics.matches(series[i].labels.metric_name())) continue;
      ++named;
      if (now) values[i] = with;
    }
  }
  return named;
}

double DisturbedScrapes::spoil(std::span<const model::SeriesInfo> series, std::span<const MadeSeries> made,
                               std::span<double> values, Time t, ForgedCounts& forged) {
  forged_.apply(series, made, values, t, forged);
  for (std::size_t i = 0; i < std::min(begun_at_.size(), values.size()); ++i) {
    if (!is_absent(values[i])) values[i] -= begun_at_[i];
  }
  const double spoilt = overwrite(conditions_.nan, kNaN, series, values);
  return spoilt + overwrite(conditions_.hidden, absent(), series, values);
}

}  // namespace firedrill::fake_services
