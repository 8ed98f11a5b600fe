#include "fake_services/faults/fault_schedule.h"

#include <algorithm>

#include "base/text/format.h"
#include "fake_services/faults/fault_times.h"

namespace firedrill::fake_services {
namespace {

constexpr Duration kShortestRampStep = std::chrono::seconds(1);
constexpr std::int64_t kRampSteps = 50;

}  // namespace

FaultSchedule::FaultSchedule(const std::vector<FaultSpec>& faults) {
  for (const FaultSpec& spec : faults) {
    by_begin_.push_back(courses_.size());
    Course& course = courses_.emplace_back();
    course.spec = spec;
    course.duty_cycle = spec.pattern.duty_cycle ? spec.pattern.duty_cycle : spec.behaviour->duty_cycle();
  }
}

void FaultSchedule::set_turns(std::size_t fault, std::vector<Duration> lates) {
  courses_[fault].lates = std::move(lates);
}

std::expected<FaultSchedule::Course*, std::string> FaultSchedule::find(std::string_view fault) {
  const auto it = std::ranges::find_if(courses_, [&](const Course& c) { return c.spec.id == fault; });
  if (it == courses_.end()) return std::unexpected(format("the scenario declares no fault '{}'", fault));
  return &*it;
}

std::expected<void, std::string> FaultSchedule::begin(std::string_view fault, Time t) {
  const auto found = find(fault);
  if (!found) return std::unexpected(found.error());
  Course& c = **found;
  if (c.begun) return std::unexpected(format("fault '{}' has begun already", fault));
  const FaultTimes times = times_from(c.spec, t);
  c.begin = times.begin;
  c.end = c.ends_by_itself = times.end;
  std::ranges::sort(by_begin_);
  std::ranges::stable_sort(by_begin_, {}, [&](std::size_t i) { return courses_[i].begin; });
  return {};
}

std::expected<void, std::string> FaultSchedule::end(std::string_view fault, Time t) {
  const auto found = find(fault);
  if (!found) return std::unexpected(found.error());
  Course& c = **found;
  if (c.begin > t) return std::unexpected(format("fault '{}' has not begun by then", fault));
  if (c.ended) return std::unexpected(format("fault '{}' has ended already", fault));
  if (c.ends_by_itself && *c.ends_by_itself < t) {
    return std::unexpected(format("fault '{}' ends by itself before that", fault));
  }
  c.end = t;
  return {};
}

void FaultSchedule::exhaust(std::size_t fault, Time t) {
  Course& c = courses_[fault];
  c.end = std::min(t, c.end.value_or(t));
  c.ends_by_itself = c.end;
}

bool FaultSchedule::has_ended(std::string_view fault) const {
  return std::ranges::any_of(courses_, [&](const Course& c) { return c.spec.id == fault && c.ended; });
}

std::optional<Time> FaultSchedule::next_at() const {
  std::optional<Time> next;
  const auto consider = [&](std::optional<Time> t) {
    if (t && (!next || *t < *next)) next = t;
  };
  for (const Course& c : courses_) {
    if (!c.begun) consider(c.begin);
    if (c.on()) consider(c.end);
    consider(c.next_turn);
  }
  return next;
}

bool FaultSchedule::ramping(Time t) const {
  return std::ranges::any_of(courses_, [&](const Course& c) { return c.on() && t <= c.begin + c.spec.ramp; });
}

Duration FaultSchedule::ramp_step(Time t) const {
  Duration shortest = std::chrono::hours(24);
  for (const Course& c : courses_) {
    if (!c.on() || t > c.begin + c.spec.ramp) continue;
    shortest = std::min(shortest, std::max(kShortestRampStep, Duration(c.spec.ramp / kRampSteps)));
  }
  return shortest;
}

bool FaultSchedule::begin_if_due(std::size_t fault, Time t) {
  Course& c = courses_[fault];
  if (c.begun || c.begin > t) return false;
  c.begun = true;
  if (c.duty_cycle) c.next_turn = t;
  if (const auto after = c.spec.behaviour->turns_after()) c.next_turn = t + *after;
  return true;
}

bool FaultSchedule::turn_if_due(std::size_t fault, Time t) {
  Course& c = courses_[fault];
  if (!c.next_turn || *c.next_turn > t) return false;
  c.next_turn = c.duty_cycle ? std::optional(next_turn(c, t)) : std::nullopt;
  return true;
}

bool FaultSchedule::ends(std::size_t fault, Time t) const {
  const Course& c = courses_[fault];
  return c.on() && c.end && *c.end <= t;
}

void FaultSchedule::finish(std::size_t fault) {
  courses_[fault].ended = true;
  courses_[fault].next_turn.reset();
}

// When it goes on or off for some replica, next after t.
Time FaultSchedule::next_turn(const Course& c, Time t) {
  Time next = Time::max();
  const auto consider = [&](Duration late) {
    const Time begin = c.begin + late;
    if (t < begin) {
      next = std::min(next, begin);
      return;
    }
    const Duration into = (t - begin) % c.duty_cycle->period;
    next = std::min(next, t - into + (into < c.duty_cycle->on ? c.duty_cycle->on : c.duty_cycle->period));
  };
  consider(Duration(0));
  for (const Duration late : c.lates) consider(late);
  return next;
}

double FaultSchedule::strength(std::size_t fault, Time t, Duration late) const {
  const Course& c = courses_[fault];
  if (!c.on()) return 0;
  if (c.duty_cycle && (t < c.begin + late || (t - c.begin - late) % c.duty_cycle->period >= c.duty_cycle->on)) return 0;
  const double ramp_s = to_seconds(c.spec.ramp);
  const double risen = ramp_s > 0 ? std::clamp(to_seconds(t - c.begin) / ramp_s, 0.0, 1.0) : 1;
  return risen * c.spec.probability * c.spec.pattern.share;
}

double FaultSchedule::exposure_s(std::size_t fault, Time from, Time to) const {
  const Course& c = courses_[fault];
  const double ramp_s = to_seconds(c.spec.ramp);
  const auto until = [&](Time t) {
    const double on_s = std::max(0.0, to_seconds(std::min(t, c.end.value_or(t)) - c.begin));
    return on_s < ramp_s ? on_s * on_s / (2 * ramp_s) : on_s - ramp_s / 2;
  };
  const double on = c.duty_cycle ? to_seconds(c.duty_cycle->on) / to_seconds(c.duty_cycle->period) : 1;
  return (until(to) - until(from)) * on * c.spec.probability * c.spec.pattern.share;
}

}  // namespace firedrill::fake_services
