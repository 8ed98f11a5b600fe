// The calendar in UTC, of Unix seconds. Proleptic Gregorian, by the days-from-civil arithmetic of H. Hinnant, in 64
// bits so that any value a metric may hold is harmless.
#include <algorithm>
#include <array>
#include <limits>

#include "promql/functions/implementations.h"

namespace firedrill::promql {
namespace {

using Arguments = std::span<const double>;

// As Go converts a float to an integer: towards zero, and the least integer for what does not fit.
std::int64_t whole(double v) {
  if (!(v >= -9223372036854775808.0 && v < 9223372036854775808.0)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(v);
}

struct Moment {
  std::int64_t year;
  int month;        // 1 to 12
  int day;          // 1 to 31
  int day_of_year;  // 1 to 366
  int weekday;      // 0 is Sunday
  int hour;
  int minute;
};

bool leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int month_length(std::int64_t year, int month) {
  constexpr std::array<int, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : kLengths[static_cast<std::size_t>(month - 1)];
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Go counts seconds from the first day of its absolute year zero, unsigned, so that the last 258 years before what an
// int64 can hold (where NaN and the infinities end up) come out as the last years that it can: 292277026596.
constexpr std::uint64_t kUnixDaysOfZero = 106751991073094;

Moment moment(double value) {
  const std::uint64_t seconds = static_cast<std::uint64_t>(whole(value)) + kUnixDaysOfZero * 86400;
  const auto days = static_cast<std::int64_t>(seconds / 86400) - static_cast<std::int64_t>(kUnixDaysOfZero);
  const auto second = static_cast<std::int64_t>(seconds % 86400);
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = floor_div(shifted, 146097);
  const std::int64_t doe = shifted - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  Moment m{};
  m.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  m.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  m.year = yoe + era * 400 + (m.month <= 2 ? 1 : 0);
  m.day_of_year = m.day;
  for (int month = 1; month < m.month; ++month) m.day_of_year += month_length(m.year, month);
  m.weekday = static_cast<int>(((days % 7) + 11) % 7);
  m.hour = static_cast<int>(second / 3600);
  m.minute = static_cast<int>(second / 60 % 60);
  return m;
}

struct Entry {
  std::string_view name;
  ValueFunction function;
};

constexpr std::array kFunctions = {
    Entry{"day_of_month", [](double v, Arguments) { return static_cast<double>(moment(v).day); }},
    Entry{"day_of_week", [](double v, Arguments) { return static_cast<double>(moment(v).weekday); }},
    Entry{"day_of_year", [](double v, Arguments) { return static_cast<double>(moment(v).day_of_year); }},
    Entry{"days_in_month",
          [](double v, Arguments) {
            const Moment m = moment(v);
            return static_cast<double>(month_length(m.year, m.month));
          }},
    Entry{"hour", [](double v, Arguments) { return static_cast<double>(moment(v).hour); }},
    Entry{"minute", [](double v, Arguments) { return static_cast<double>(moment(v).minute); }},
    Entry{"month", [](double v, Arguments) { return static_cast<double>(moment(v).month); }},
    Entry{"year", [](double v, Arguments) { return static_cast<double>(moment(v).year); }},
};

}  // namespace

ValueFunction calendar_function(std::string_view name) {
  const auto it = std::ranges::find(kFunctions, name, &Entry::name);
  return it == kFunctions.end() ? nullptr : it->function;
}

}  // namespace firedrill::promql
