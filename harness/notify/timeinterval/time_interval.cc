#include "notify/timeinterval/time_interval.h"

#include <algorithm>

namespace firedrill::notify {
namespace {

bool in_any(const std::optional<std::vector<IntegerRange>>& ranges, int value) {
  if (!ranges) return true;
  return std::ranges::any_of(*ranges,
                             [&](const IntegerRange& range) { return range.begin <= value && value <= range.end; });
}

bool in_any(const std::optional<std::vector<TimeOfDayRange>>& ranges, int minute) {
  if (!ranges) return true;
  return std::ranges::any_of(
      *ranges, [&](const TimeOfDayRange& range) { return range.begin_minute <= minute && minute < range.end_minute; });
}

// A range that begins behind the month's last day lies in no month as short as this; one that ends there is cut.
bool holds(const IntegerRange& range, int day, int days) {
  const int begin = range.begin < 0 ? days + range.begin + 1 : range.begin;
  const int end = range.end < 0 ? days + range.end + 1 : range.end;
  return begin <= days && begin <= day && day <= std::min(end, days);
}

bool in_days(const TimeInterval& interval, const LocalTime& local) {
  if (!interval.days_of_month) return true;
  const int days = counted_days(interval.zone, local.year, local.month);
  return std::ranges::any_of(*interval.days_of_month,
                             [&](const IntegerRange& range) { return holds(range, local.day, days); });
}

}  // namespace

int counted_days(const Zone& zone, int year, int month) {
  const bool december = month == 12;
  const Time next = zone.instant(december ? year + 1 : year, december ? 1 : month + 1, 1);
  return static_cast<int>((next - zone.instant(year, month, 1)) / std::chrono::hours{24});
}

bool TimeInterval::contains(Time instant) const {
  const LocalTime local = zone.local(instant);
  return in_any(times, local.minute_of_day) && in_any(months, local.month) && in_any(weekdays, local.weekday) &&
         in_any(years, local.year) && in_days(*this, local);
}

namespace {

constexpr int kMinutesOfDay = 24 * 60;

// How long it is from a minute of the day to the next at which a range begins or ends, or the day.
int minutes_to_boundary(const TimeInterval& interval, int minute) {
  int next = kMinutesOfDay;
  if (interval.times) {
    for (const TimeOfDayRange& range : *interval.times) {
      for (const int boundary : {range.begin_minute, range.end_minute}) {
        if (boundary > minute) next = std::min(next, boundary);
      }
    }
  }
  return next - minute;
}

}  // namespace

Time TimeInterval::next_change(Time instant) const {
  const Time from = std::chrono::floor<std::chrono::minutes>(instant);
  const int minute = zone.local(from).minute_of_day;
  const auto goes_on = [&](int later) {
    return zone.local(from + later * 1min).minute_of_day == (minute + later) % kMinutesOfDay;
  };
  int next = minutes_to_boundary(*this, minute);
  if (goes_on(next)) return from + next * 1min;
  // Clocks change before: the first minute that does not follow the one before it.
  for (int still = 0; next - still > 1;) {
    const int middle = still + (next - still) / 2;
    (goes_on(middle) ? still : next) = middle;
  }
  return from + next * 1min;
}

Time NamedTimeInterval::next_change(Time instant) const {
  Time next = Time::max();
  for (const TimeInterval& interval : intervals) next = std::min(next, interval.next_change(instant));
  return next;
}

bool NamedTimeInterval::contains(Time instant) const {
  return std::ranges::any_of(intervals, [&](const TimeInterval& interval) { return interval.contains(instant); });
}

}  // namespace firedrill::notify
