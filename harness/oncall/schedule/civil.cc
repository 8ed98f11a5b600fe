#include "oncall/schedule/civil.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::oncall {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Digits alone, so many of them.
std::optional<int> digits(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// "9:00", "09:00", "24:00".
std::optional<int> parse_minute(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto hour = digits(text.substr(0, colon), 1, 2);
  const auto minute = digits(text.substr(colon + 1), 2, 2);
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const int all = *hour * 60 + *minute;
  return all <= kMinutesPerDay ? std::optional(all) : std::nullopt;
}

}  // namespace

Date date_at(const Zone& zone, Time instant) {
  const LocalTime local = zone.local(instant);
  return Date{std::chrono::year{local.year} / local.month / local.day};
}

int weekday_of(Date date) {
  return static_cast<int>(std::chrono::weekday{date}.c_encoding());
}

Time instant_of(const Zone& zone, Date date, int minute_of_day) {
  const std::chrono::year_month_day day{date};
  return zone.instant(static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
                      static_cast<int>(static_cast<unsigned>(day.day())), minute_of_day);
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4), 4, 4);
  const auto month = digits(text.substr(5, 2), 2, 2);
  const auto day = digits(text.substr(8, 2), 2, 2);
  if (!year || !month || !day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date = std::chrono::year{*year} / *month / *day;
  return date.ok() ? std::optional(Date{date}) : std::nullopt;
}

std::string format_date(Date date) {
  const std::chrono::year_month_day day{date};
  return format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
}

std::optional<int> parse_weekday(std::string_view text) {
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (same_letters(text, kWeekdays[i]) || same_letters(text, kWeekdays[i].substr(0, 3))) return static_cast<int>(i);
  }
  return std::nullopt;
}

std::string_view weekday_name(int weekday) {
  return kWeekdays[static_cast<std::size_t>(weekday)];
}

std::expected<DayTime, std::string> parse_day_time(std::string_view text) {
  DayTime out;
  std::string_view time = text;
  if (const std::size_t blank = text.find(' '); blank != std::string_view::npos) {
    out.weekday = parse_weekday(text.substr(0, blank));
    if (!out.weekday) return std::unexpected(format("'{}' is no day of the week", text.substr(0, blank)));
    time = text.substr(blank + 1);
  } else if (parse_weekday(text)) {
    return std::unexpected(format("'{}' has no time of day", text));
  }
  const auto minute = parse_minute(time);
  if (!minute) return std::unexpected(format("'{}' is no time of day", time));
  out.minute = *minute;
  return out;
}

std::optional<Time> parse_moment(std::string_view text, const Zone& zone) {
  if (const auto instant = parse_instant(text)) return instant;
  if (text.size() < 12 || (text[10] != ' ' && text[10] != 'T')) return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto minute = parse_minute(text.substr(11));
  if (!date || !minute) return std::nullopt;
  return instant_of(zone, *date, *minute);
}

std::string format_moment(Time instant, const Zone& zone) {
  const LocalTime local = zone.local(instant);
  return format("{} {:04}-{:02}-{:02} {:02}:{:02} {}", weekday_name(local.weekday).substr(0, 3), local.year,
                local.month, local.day, local.minute_of_day / 60, local.minute_of_day % 60, local.abbreviation);
}

}  // namespace firedrill::oncall
