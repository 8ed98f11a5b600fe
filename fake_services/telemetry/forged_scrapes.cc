#include "fake_services/telemetry/forged_scrapes.h"

#include <algorithm>

#include "fake_services/telemetry/target.h"

namespace firedrill::fake_services {
namespace {

// `exposed` may be absent: it counts from what the series is otherwise.
double forged_value(const ForgedMetric& metric, double strength, double exposed) {
  if (metric.absent) return absent();
  const bool there = !is_absent(exposed);
  if (!there && !metric.makes_series()) return exposed;
  const double base = there ? exposed : metric.otherwise.value_or(0);
  if (metric.set) return strength >= 1 ? *metric.set : base + (*metric.set - base) * strength;
  return base * (1 + (metric.factor - 1) * strength) + metric.add * strength;
}

}  // namespace

void ForgedScrapes::grow(Time t) {
  for (Course& course : courses_) {
    const double rate = course.forging.metric->rate * course.forging.strength;
    if (rate != 0) course.grown += rate * to_seconds(t - course.last);
    course.last = t;
  }
}

void ForgedScrapes::set(const std::vector<Forging>& forged, Time t) {
  grow(t);
  for (Course& course : courses_) course.forging.strength = 0;
  for (const Forging& forging : forged) {
    const auto known =
        std::ranges::find_if(courses_, [&](const Course& course) { return course.forging.metric == forging.metric; });
    if (known != courses_.end()) {
      known->forging.strength = std::max(known->forging.strength, forging.strength);
    } else {
      courses_.push_back({.forging = forging, .last = t, .series = {}});
    }
  }
  std::erase_if(courses_, [](const Course& course) { return course.forging.strength <= 0 && course.grown == 0; });
}

void ForgedScrapes::restart(Time t) {
  for (Course& course : courses_) {
    course.grown = 0;
    course.last = t;
  }
}

void ForgedScrapes::find(Course& course, std::span<const model::SeriesInfo> series, std::span<const MadeSeries> made) {
  const auto own = std::ranges::find(made, course.forging.metric.get(), &MadeSeries::metric);
  if (own != made.end()) {
    course.series = {own->series};
    course.searched = series.size();
    return;
  }
  for (; course.searched < series.size(); ++course.searched) {
    if (course.forging.metric->names(series[course.searched].labels)) course.series.push_back(course.searched);
  }
}

void ForgedScrapes::apply(std::span<const model::SeriesInfo> series, std::span<const MadeSeries> made,
                          std::span<double> values, Time t, ForgedCounts& counts) {
  grow(t);
  for (Course& course : courses_) {
    if (course.searched < series.size()) find(course, series, made);
    double forged = 0;
    bool there = false;
    for (const std::size_t at : course.series) {
      double& value = values[at];
      const double exposed = value;
      if (course.forging.strength > 0) value = forged_value(*course.forging.metric, course.forging.strength, exposed);
      if (course.grown != 0 && !is_absent(value)) value += course.grown;
      there = there || !is_absent(value);
      forged += value == exposed || (is_absent(value) && is_absent(exposed)) ? 0 : 1;
    }
    if (course.forging.strength > 0) counts[course.forging.metric.get()] += forged;
    // A series that has gone begins anew.
    if (course.forging.strength <= 0 && !there) course.grown = 0;
  }
}

}  // namespace firedrill::fake_services
