// Days and times as people agree on them: "Monday 09:00", whatever the clocks do meanwhile. They become instants one by
// one, in a zone; nothing here adds 604,800 seconds.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/zone.h"

namespace firedrill::oncall {

// A day of the calendar, of no zone.
using Date = std::chrono::local_days;

inline constexpr int kMinutesPerDay = 24 * 60;

Date date_at(const Zone& zone, Time instant);
// 0 is Sunday.
int weekday_of(Date date);
// Zone::instant: of two instants the first; what the clocks jump over is as much later as they jump.
Time instant_of(const Zone& zone, Date date, int minute_of_day);

// "2026-03-28", a day that there is from the year 1 to 9999.
std::optional<Date> parse_date(std::string_view text);
std::string format_date(Date date);

// A time of day, and a day of the week where one was given.
struct DayTime {
  std::optional<int> weekday;  // 0 is Sunday
  int minute = 0;              // of the day; 1440 is its end
  bool operator==(const DayTime&) const = default;
};
// "Monday 09:00", "mon 9:00", "09:00", "24:00". The error says what is wrong with it.
std::expected<DayTime, std::string> parse_day_time(std::string_view text);
// "Monday", also by its first three letters, in upper or lower case.
std::optional<int> parse_weekday(std::string_view text);
std::string_view weekday_name(int weekday);

// "2026-03-28 09:00" in the zone, or RFC 3339 in any offset; nothing if it is neither.
std::optional<Time> parse_moment(std::string_view text, const Zone& zone);
// "Mon 2026-03-30 09:00 BST"
std::string format_moment(Time instant, const Zone& zone);

}  // namespace firedrill::oncall
