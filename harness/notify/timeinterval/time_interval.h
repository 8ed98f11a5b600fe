// Alertmanager's time intervals (timeinterval/timeinterval.go): hours of a day, weekdays, days of a month, months and
// years of a zone, all of which must hold at an instant.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

// A list that is empty holds always; of one that is not, any entry must hold.
struct TimeInterval {
  std::vector<TimeOfDayRange> times;
  std::vector<IntegerRange> weekdays;       // 0 is Sunday
  std::vector<IntegerRange> days_of_month;  // 1 to 31; -1 is the month's last day; cut to the days that a month has
  std::vector<IntegerRange> months;         // 1 to 12
  std::vector<IntegerRange> years;
  Zone zone = Zone::utc();

  // Whether the local time at the instant lies in it. Seconds do not count: a minute is in it or not.
  bool contains(Time instant) const;
};

// A named one: instants that lie in any of its intervals.
struct NamedTimeInterval {
  std::string name;
  std::vector<TimeInterval> intervals;

  bool contains(Time instant) const;
};

}  // namespace firedrill::notify
