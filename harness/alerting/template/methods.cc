#include "alerting/template/methods.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "alerting/template/go_format.h"
#include "base/text/format.h"
#include "base/time.h"

namespace firedrill::alerting {
namespace {

struct Calendar {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  int day_of_year;
  std::chrono::hh_mm_ss<Duration> clock;

  explicit Calendar(std::int64_t milliseconds) : Calendar(Time(Duration(milliseconds))) {}
  explicit Calendar(Time t) : Calendar(t, std::chrono::floor<std::chrono::days>(t)) {}
  Calendar(Time t, std::chrono::sys_days day)
      : date(day),
        weekday(day),
        day_of_year(static_cast<int>((day - std::chrono::sys_days(date.year() / 1 / 1)).count()) + 1),
        clock(t - day) {}

  int year() const { return static_cast<int>(date.year()); }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned day() const { return static_cast<unsigned>(date.day()); }
  long hour() const { return clock.hours().count(); }
  long hour_12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }
  long minute() const { return clock.minutes().count(); }
  long second() const { return clock.seconds().count(); }
  std::string month_name() const { return name(make_integer(month(), GoType::month)); }
  std::string weekday_name() const { return name(make_integer(weekday.c_encoding(), GoType::weekday)); }

 private:
  static std::string name(const Value& value) { return go_sprint(std::array{value}); }
};

// The parts of a layout; a longer one stands before its own beginning.
struct LayoutPart {
  std::string_view text;
  std::string (*show)(const Calendar&);
};

constexpr std::array kLayout = std::to_array<LayoutPart>({
    {"January", [](const Calendar& c) { return c.month_name(); }},
    {"Jan", [](const Calendar& c) { return c.month_name().substr(0, 3); }},
    {"Monday", [](const Calendar& c) { return c.weekday_name(); }},
    {"Mon", [](const Calendar& c) { return c.weekday_name().substr(0, 3); }},
    {"MST", [](const Calendar&) { return std::string("UTC"); }},
    {"2006", [](const Calendar& c) { return format("{:04}", c.year()); }},
    {"__2", [](const Calendar& c) { return format("{:3}", c.day_of_year); }},
    {"_2", [](const Calendar& c) { return format("{:2}", c.day()); }},
    {"002", [](const Calendar& c) { return format("{:03}", c.day_of_year); }},
    {"01", [](const Calendar& c) { return format("{:02}", c.month()); }},
    {"02", [](const Calendar& c) { return format("{:02}", c.day()); }},
    {"03", [](const Calendar& c) { return format("{:02}", c.hour_12()); }},
    {"04", [](const Calendar& c) { return format("{:02}", c.minute()); }},
    {"05", [](const Calendar& c) { return format("{:02}", c.second()); }},
    {"06", [](const Calendar& c) { return format("{:02}", c.year() % 100); }},
    {"15", [](const Calendar& c) { return format("{:02}", c.hour()); }},
    {"PM", [](const Calendar& c) { return std::string(c.hour() >= 12 ? "PM" : "AM"); }},
    {"pm", [](const Calendar& c) { return std::string(c.hour() >= 12 ? "pm" : "am"); }},
    {"-07:00", [](const Calendar&) { return std::string("+00:00"); }},
    {"-0700", [](const Calendar&) { return std::string("+0000"); }},
    {"-07", [](const Calendar&) { return std::string("+00"); }},
    {"Z07:00", [](const Calendar&) { return std::string("Z"); }},
    {"Z0700", [](const Calendar&) { return std::string("Z"); }},
    {"Z07", [](const Calendar&) { return std::string("Z"); }},
    {"1", [](const Calendar& c) { return format("{}", c.month()); }},
    {"2", [](const Calendar& c) { return format("{}", c.day()); }},
    {"3", [](const Calendar& c) { return format("{}", c.hour_12()); }},
    {"4", [](const Calendar& c) { return format("{}", c.minute()); }},
    {"5", [](const Calendar& c) { return format("{}", c.second()); }},
});

// ".000" or ".999" (any number of digits, nothing more behind): a second's fraction, with or without zeros at its end.
std::size_t fraction_length(std::string_view layout) {
  if (layout.size() < 2 || (layout[0] != '.' && layout[0] != ',') || (layout[1] != '0' && layout[1] != '9')) return 0;
  const std::size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
  const bool more = end < layout.size() && layout[end] >= '0' && layout[end] <= '9';
  return more ? 0 : end;
}

std::string fraction(const Calendar& calendar, std::string_view layout) {
  std::string digits = format("{:03}000000", calendar.clock.subseconds().count());
  digits.resize(std::max<std::size_t>(layout.size() - 1, 0), '0');
  if (layout[1] == '9') {
    while (digits.ends_with('0')) digits.pop_back();
    if (digits.empty()) return {};
  }
  return layout[0] + digits;
}

Value integer(std::int64_t value) {
  return make_integer(value);
}

double nanoseconds_in(std::int64_t n, std::int64_t unit) {
  return static_cast<double>(n / unit) + static_cast<double>(n % unit) / static_cast<double>(unit);
}

using Text = const std::string&;
constexpr std::array kMethods = std::to_array<Method>({
    {GoType::time, "Day", false, [](std::int64_t t, Text) { return integer(Calendar(t).day()); }},
    {GoType::time, "Format", true, [](std::int64_t t, Text layout) { return make_text(go_format_time(t, layout)); }},
    {GoType::time, "Hour", false, [](std::int64_t t, Text) { return integer(Calendar(t).hour()); }},
    {GoType::time, "Minute", false, [](std::int64_t t, Text) { return integer(Calendar(t).minute()); }},
    {GoType::time, "Month", false,
     [](std::int64_t t, Text) { return make_integer(Calendar(t).month(), GoType::month); }},
    {GoType::time, "Second", false, [](std::int64_t t, Text) { return integer(Calendar(t).second()); }},
    {GoType::time, "String", false, [](std::int64_t t, Text) { return make_text(go_time(t)); }},
    {GoType::time, "UTC", false, [](std::int64_t t, Text) { return make_integer(t, GoType::time); }},
    {GoType::time, "Unix", false, [](std::int64_t t, Text) { return integer(t >= 0 ? t / 1000 : (t - 999) / 1000); }},
    {GoType::time, "UnixMilli", false, [](std::int64_t t, Text) { return integer(t); }},
    {GoType::time, "Weekday", false,
     [](std::int64_t t, Text) { return make_integer(Calendar(t).weekday.c_encoding(), GoType::weekday); }},
    {GoType::time, "Year", false, [](std::int64_t t, Text) { return integer(Calendar(t).year()); }},
    {GoType::time, "YearDay", false, [](std::int64_t t, Text) { return integer(Calendar(t).day_of_year); }},
    {GoType::duration, "Hours", false,
     [](std::int64_t d, Text) { return make_float(nanoseconds_in(d, 3'600'000'000'000)); }},
    {GoType::duration, "Milliseconds", false, [](std::int64_t d, Text) { return integer(d / 1'000'000); }},
    {GoType::duration, "Minutes", false,
     [](std::int64_t d, Text) { return make_float(nanoseconds_in(d, 60'000'000'000)); }},
    {GoType::duration, "Seconds", false,
     [](std::int64_t d, Text) { return make_float(nanoseconds_in(d, 1'000'000'000)); }},
    {GoType::duration, "String", false, [](std::int64_t d, Text) { return make_text(go_duration(d)); }},
});

}  // namespace

const Method* find_method(GoType type, std::string_view name) {
  const auto it = std::ranges::find_if(kMethods, [&](const Method& m) { return m.receiver == type && m.name == name; });
  return it == kMethods.end() ? nullptr : &*it;
}

std::string go_format_time(std::int64_t milliseconds, std::string_view layout) {
  const Calendar calendar(milliseconds);
  std::string out;
  while (!layout.empty()) {
    if (const std::size_t length = fraction_length(layout); length > 0) {
      out += fraction(calendar, layout.substr(0, length));
      layout.remove_prefix(length);
      continue;
    }
    const auto part = std::ranges::find_if(kLayout, [&](const LayoutPart& p) { return layout.starts_with(p.text); });
    if (part == kLayout.end()) {
      out += layout.front();
      layout.remove_prefix(1);
    } else {
      out += part->show(calendar);
      layout.remove_prefix(part->text.size());
    }
  }
  return out;
}

}  // namespace firedrill::alerting
