#include "oncall/schedule/window.h"

#include <algorithm>

namespace firedrill::oncall {
namespace {

// A window lasts a week at most, and clocks jump over a day at most.
constexpr std::chrono::days kBack{8};
constexpr std::chrono::days kAhead{8};

Stretch stretch_of(const Window& window, const Zone& zone, Date day) {
  return {instant_of(zone, day, window.begin_minute),
          instant_of(zone, day + std::chrono::days{window.days}, window.end_minute)};
}

}  // namespace

WindowsAt windows_at(std::span<const Window> windows, const Zone& zone, Time instant) {
  WindowsAt at{.inside = false, .since = Time::min(), .until = Time::max()};
  const auto edge = [&](Time t) {
    if (t <= instant) at.since = std::max(at.since, t);
    if (t > instant) at.until = std::min(at.until, t);
  };
  const Date today = date_at(zone, instant);
  for (const Window& window : windows) {
    const auto look_at = [&](Date day) {
      const Stretch stretch = stretch_of(window, zone, day);
      edge(stretch.from);
      edge(stretch.to);
      if (stretch.from <= instant && instant < stretch.to) at.inside = true;
    };
    const auto begins_on = [&](Date day) { return window.weekdays.test(static_cast<std::size_t>(weekday_of(day))); };
    // Back to one that must be over, and ahead to one that is still to come: what lies beyond is farther than these.
    for (Date day = today; day >= today - kBack; day -= std::chrono::days{1}) {
      if (!begins_on(day)) continue;
      look_at(day);
      if (day < today - std::chrono::days{window.days + 1}) break;
    }
    for (Date day = today + std::chrono::days{1}; day <= today + kAhead; day += std::chrono::days{1}) {
      if (!begins_on(day)) continue;
      look_at(day);
      if (day > today + std::chrono::days{1}) break;
    }
  }
  return at;
}

std::vector<Stretch> stretches_of(std::span<const Window> windows, const Zone& zone, Time from, Time to) {
  std::vector<Stretch> all;
  const Date first = date_at(zone, from) - kBack;
  const Date last = date_at(zone, to) + kAhead;
  for (const Window& window : windows) {
    for (Date day = first; day <= last; day += std::chrono::days{1}) {
      if (!window.weekdays.test(static_cast<std::size_t>(weekday_of(day)))) continue;
      const Stretch stretch = stretch_of(window, zone, day);
      if (stretch.from < to && stretch.to > from && stretch.from < stretch.to) all.push_back(stretch);
    }
  }
  return all;
}

}  // namespace firedrill::oncall
