// Alertmanager's time intervals (timeinterval/timeinterval.go): hours of a day, weekdays, days of a month, months and
// years of a zone, all of which must hold at an instant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "base/zone.h"

namespace firedrill::notify {

// Both ends belong to it.
struct IntegerRange {
  int begin = 0;
  int end = 0;
  bool operator==(const IntegerRange&) const = default;
};

// Minutes since local midnight; the end (at most 1440) does not belong to it.
struct TimeOfDayRange {
  int begin_minute = 0;
  int end_minute = 0;
  bool operator==(const TimeOfDayRange&) const = default;
};

// A list that is not given holds always; of one that is, any entry must hold, so that an empty list never does.
struct TimeInterval {
  std::optional<std::vector<TimeOfDayRange>> times{};
  std::optional<std::vector<IntegerRange>> weekdays{};       // 0 is Sunday
  std::optional<std::vector<IntegerRange>> days_of_month{};  // 1 to 31; -1 is the last day; cut to the month's days
  std::optional<std::vector<IntegerRange>> months{};         // 1 to 12
  std::optional<std::vector<IntegerRange>> years{};
  Zone zone = Zone::utc();

  // Whether the local time at the instant lies in it. Seconds do not count: a minute is in it or not.
  bool contains(Time instant) const;
  // The first instant behind this one at which that may be otherwise: a day begins, a range of times begins or ends, or
  // clocks change.
  Time next_change(Time instant) const;
};

// The days that Alertmanager takes a month to have: the whole days from its first midnight to the next month's. In a
// month in which clocks go forward an hour is missing, and so the last day: March has 30 days in London.
int counted_days(const Zone& zone, int year, int month);

// A named one: instants that lie in any of its intervals.
struct NamedTimeInterval {
  std::string name{};
  Position where{};
  std::vector<TimeInterval> intervals{};

  bool contains(Time instant) const;
  // As of an interval; of none, never.
  Time next_change(Time instant) const;
};

}  // namespace firedrill::notify
