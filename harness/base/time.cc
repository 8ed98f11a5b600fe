#include "base/time.h"

#include <limits>

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill {
namespace {

// Reads exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// ".123456789" → milliseconds, truncated; none is 0.
std::optional<int> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return 0;
  int millis = 0;
  int seen = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    if (seen < 3) millis = millis * 10 + (text[0] - '0');
    ++seen;
    text.remove_prefix(1);
  }
  if (seen == 0 || seen > 9) return std::nullopt;
  for (; seen < 3; ++seen) millis *= 10;
  return millis;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes(0);
  const bool negative = !text.empty() && text[0] == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto offset = std::chrono::minutes(*hours * 60 + *minutes);
  return negative ? -offset : offset;
}

}  // namespace

double to_seconds(Duration d) {
  return static_cast<double>(d.count()) / 1000;
}
double to_seconds(Time t) {
  return to_seconds(t.time_since_epoch());
}

Duration from_seconds(double seconds) {
  const auto limit = static_cast<double>(kFarthest.count());
  const double millis = maths::floor(seconds * 1000 + 0.5);
  if (!(millis > -limit)) return -kFarthest;
  if (millis > limit) return kFarthest;
  return Duration(static_cast<Duration::rep>(millis));
}

bool is_within_reach(double seconds) {
  return maths::abs(seconds * 1000) <= static_cast<double>(kFarthest.count());
}

std::string format_instant(Time t) {
  constexpr Time kFirst = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
  constexpr Time kEnd = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
  if (t < kFirst || t >= kEnd) return format("{:.3f}", to_seconds(t));
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(t - day);
  return format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string format_clock(Time t) {
  const std::chrono::hh_mm_ss clock(t - std::chrono::floor<std::chrono::days>(t));
  return format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<Time> parse_instant(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || *year == 0 || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  const auto millis = take_fraction(text);
  if (!millis) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) - *offset +
         std::chrono::seconds(*second) + Duration(*millis);
}

}  // namespace firedrill
