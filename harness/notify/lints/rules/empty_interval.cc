// A year of the Gregorian calendar comes back, weekdays included, after 400 years: what does not come in these never
// does.
#include <algorithm>

#include "base/text/format.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

constexpr int kCycle = 400;
constexpr int kLastYear = 9999;
// Days that are looked at for one interval; after more of them it is taken to come.
constexpr int kMostDays = 4 * kCycle * 366;

bool in_any(const std::optional<std::vector<IntegerRange>>& ranges, int value) {
  if (!ranges) return true;
  return std::ranges::any_of(*ranges,
                             [&](const IntegerRange& range) { return range.begin <= value && value <= range.end; });
}

bool in_days(const TimeInterval& interval, int day, int days) {
  if (!interval.days_of_month) return true;
  return std::ranges::any_of(*interval.days_of_month, [&](const IntegerRange& range) {
    const int begin = range.begin < 0 ? days + range.begin + 1 : range.begin;
    const int end = range.end < 0 ? days + range.end + 1 : range.end;
    return begin <= day && day <= end;
  });
}

bool has_time(const TimeInterval& interval) {
  if (!interval.times) return true;
  return std::ranges::any_of(*interval.times,
                             [](const TimeOfDayRange& range) { return range.begin_minute < range.end_minute; });
}

// Sunday is 0.
int weekday_of(int year, int month, int day) {
  return Zone::utc().local(Zone::utc().instant(year, month, day)).weekday;
}

class Calendar {
 public:
  explicit Calendar(const TimeInterval& interval) : interval_(interval) {}

  bool comes() {
    if (!has_time(interval_)) return false;
    if (!interval_.years) return comes_within({2000, 2000 + kCycle - 1});
    return std::ranges::any_of(*interval_.years, [&](const IntegerRange& range) { return comes_within(range); });
  }

 private:
  bool comes_within(IntegerRange years) {
    const int begin = std::max(years.begin, 1);
    const int end = std::min({years.end, kLastYear, begin + kCycle - 1});
    for (int year = begin; year <= end; ++year) {
      for (int month = 1; month <= 12; ++month) {
        if (in_any(interval_.months, month) && comes_in_month(year, month)) return true;
      }
    }
    return false;
  }

  bool comes_in_month(int year, int month) {
    const int days = days_in_month(year, month);
    int weekday = weekday_of(year, month, 1);
    for (int day = 1; day <= days; ++day, weekday = (weekday + 1) % 7) {
      if (++looked_at_ > kMostDays) return true;
      if (in_any(interval_.weekdays, weekday) && in_days(interval_, day, days)) return true;
    }
    return false;
  }

  const TimeInterval& interval_;
  int looked_at_ = 0;
};

}  // namespace

bool comes(const TimeInterval& interval) {
  return Calendar(interval).comes();
}

namespace {

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  for (const NamedTimeInterval& named : input.configuration.time_intervals) {
    for (std::size_t i = 0; i < named.intervals.size(); ++i) {
      if (comes(named.intervals[i])) continue;
      findings.push_back({named.where,
                          named.intervals.size() == 1
                              ? format("the time interval '{}' never comes", named.name)
                              : format("item {} of the time interval '{}' never comes", i + 1, named.name),
                          "no day has its months, days, weekdays and years at once; an empty list fits nothing"});
    }
  }
}

}  // namespace

ConfigLint empty_interval() {
  return {
      {.name = "empty-interval",
       .summary = "a time interval that never comes",
       .doc = "No day of the calendar fits its months, days, weekdays and years, or it has an empty list, which holds "
              "never.",
       .instead = "Days that the months have, years to come; no empty list.",
       .why = "All parts of an interval must hold at once."},
      check};
}

}  // namespace firedrill::notify::lints
