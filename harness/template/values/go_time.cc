#include "template/values/go_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "base/text/format.h"
#include "base/time.h"
#include "template/values/function.h"

namespace firedrill::templates {
namespace {

constexpr std::string_view kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
constexpr std::string_view kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// An instant as the clocks and calendars of its zone show it.
struct Calendar {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  int day_of_year;
  std::chrono::hh_mm_ss<Duration> clock;
  Zone::Reading zone;

  explicit Calendar(const Instant& t) : Calendar(t, t.zone ? t.zone->at(t.milliseconds) : Zone::Reading{0, "UTC"}) {}
  Calendar(const Instant& t, Zone::Reading reading)
      : Calendar(Time(Duration(t.milliseconds + reading.offset_s * 1000)), std::move(reading)) {}
  Calendar(Time local, Zone::Reading reading)
      : Calendar(local, std::chrono::floor<std::chrono::days>(local), std::move(reading)) {}
  Calendar(Time local, std::chrono::sys_days day, Zone::Reading reading)
      : date(day),
        weekday(day),
        day_of_year(static_cast<int>((day - std::chrono::sys_days(date.year() / 1 / 1)).count()) + 1),
        clock(local - day),
        zone(std::move(reading)) {}

  int year() const { return static_cast<int>(date.year()); }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned day() const { return static_cast<unsigned>(date.day()); }
  long hour() const { return clock.hours().count(); }
  long hour_12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }
  long minute() const { return clock.minutes().count(); }
  long second() const { return clock.seconds().count(); }
  std::string month_name() const { return std::string(kMonths[month() - 1]); }
  std::string weekday_name() const { return std::string(kDays[weekday.c_encoding()]); }

  // "+01:00", with what is to stand between hours and minutes; "Z" instead of no offset if `zulu`.
  std::string offset(std::string_view between, bool minutes, bool zulu) const {
    if (zulu && zone.offset_s == 0) return "Z";
    const std::int64_t whole = (zone.offset_s < 0 ? -zone.offset_s : zone.offset_s) / 60;
    std::string text = format("{}{:02}", zone.offset_s < 0 ? "-" : "+", whole / 60);
    if (minutes) text += format("{}{:02}", between, whole % 60);
    return text;
  }
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
    {"MST", [](const Calendar& c) { return c.zone.name; }},
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
    {"-07:00", [](const Calendar& c) { return c.offset(":", true, false); }},
    {"-0700", [](const Calendar& c) { return c.offset("", true, false); }},
    {"-07", [](const Calendar& c) { return c.offset("", false, false); }},
    {"Z07:00", [](const Calendar& c) { return c.offset(":", true, true); }},
    {"Z0700", [](const Calendar& c) { return c.offset("", true, true); }},
    {"Z07", [](const Calendar& c) { return c.offset("", false, true); }},
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

std::int64_t unix_seconds(const Instant& t) {
  return (t.milliseconds >= 0 ? t.milliseconds : t.milliseconds - 999) / 1000;
}

double nanoseconds_in(std::int64_t n, std::int64_t unit) {
  return static_cast<double>(n / unit) + static_cast<double>(n % unit) / static_cast<double>(unit);
}

using Arguments = std::span<const Value>;

// A method that takes nothing.
template <auto body>
CallResult plain(const Value& receiver, Arguments, const CallContext&) {
  return body(receiver);
}
template <auto of>
CallResult calendar(const Value& receiver, Arguments, const CallContext&) {
  return make_integer(of(Calendar(receiver.instant())));
}

CallResult time_format(const Value& receiver, Arguments a, const CallContext&) {
  return make_text(go_format_time(receiver.instant(), a[0].text()));
}
CallResult time_month(const Value& receiver, Arguments, const CallContext&) {
  return make_integer(Calendar(receiver.instant()).month(), types::month);
}
CallResult time_weekday(const Value& receiver, Arguments, const CallContext&) {
  return make_integer(Calendar(receiver.instant()).weekday.c_encoding(), types::weekday);
}
CallResult time_utc(const Value& receiver, Arguments, const CallContext&) {
  return make_time({receiver.instant().milliseconds}, *receiver.type);
}
// time.Local is the zone of the machine, which must not matter here: it is UTC, as in a container.
CallResult time_local(const Value& receiver, Arguments, const CallContext&) {
  return make_time({receiver.instant().milliseconds}, *receiver.type);
}
// time.Date: what a calendar does not have is carried over, and the clocks of the zone go on showing what they show.
CallResult time_add_date(const Value& receiver, Arguments a, const CallContext&) {
  constexpr std::int64_t kMost = 1'000'000;  // years, months, days: beyond, Go's own arithmetic overflows
  for (const Value& each : a) {
    if (each.integer() > kMost || each.integer() < -kMost) return std::unexpected("the date lies out of reach");
  }
  const Instant& from = receiver.instant();
  const Calendar calendar(from);
  const std::int64_t months =
      calendar.year() * std::int64_t{12} + calendar.month() - 1 + a[0].integer() * 12 + a[1].integer();
  const std::int64_t year = months >= 0 ? months / 12 : (months - 11) / 12;
  if (year < -30'000 || year > 30'000) return std::unexpected("the date lies out of reach");
  const auto first =
      std::chrono::year(static_cast<int>(year)) / std::chrono::month(static_cast<unsigned>(months - year * 12 + 1)) / 1;
  const auto day = std::chrono::sys_days(first) + std::chrono::days(calendar.day() - 1 + a[2].integer());
  const std::int64_t local = (Time(day) + calendar.clock.to_duration()).time_since_epoch().count();
  if (!from.zone) return make_time({local}, *receiver.type);
  const std::int64_t near = local - from.zone->at(local).offset_s * 1000;
  return make_time({local - from.zone->at(near).offset_s * 1000, from.zone}, *receiver.type);
}
// How far behind a multiple of the duration, counted from the zero time.
std::int64_t beyond_multiple(const Instant& t, std::int64_t step_ms) {
  return (t.milliseconds - kZeroTime) % step_ms + ((t.milliseconds - kZeroTime) % step_ms < 0 ? step_ms : 0);
}
// Instants have whole milliseconds: of a part of one nothing is left over.
CallResult time_truncate(const Value& receiver, Arguments a, const CallContext&) {
  Instant t = receiver.instant();
  const std::int64_t step = a[0].integer() / 1'000'000;
  if (step > 0) t.milliseconds -= beyond_multiple(t, step);
  return make_time(t, *receiver.type);
}
CallResult time_round(const Value& receiver, Arguments a, const CallContext&) {
  Instant t = receiver.instant();
  const std::int64_t step = a[0].integer() / 1'000'000;
  if (step <= 0) return make_time(t, *receiver.type);
  const std::int64_t beyond = beyond_multiple(t, step);
  t.milliseconds += beyond * 2 < step ? -beyond : step - beyond;
  return make_time(t, *receiver.type);
}
CallResult time_add(const Value& receiver, Arguments a, const CallContext&) {
  Instant later = receiver.instant();
  later.milliseconds += a[0].integer() / 1'000'000;
  return make_time(later);
}
CallResult time_sub(const Value& receiver, Arguments a, const CallContext&) {
  return make_integer(nanoseconds_between(a[0].instant(), receiver.instant()), types::duration);
}
template <auto compare>
CallResult time_compare(const Value& receiver, Arguments a, const CallContext&) {
  return make_bool(compare(receiver.instant().milliseconds, a[0].instant().milliseconds));
}

constexpr std::array kText{&types::text};
constexpr std::array kTime{&types::time};
constexpr std::array kDuration{&types::duration};
constexpr std::array kIntegers{&types::integer, &types::integer, &types::integer};

constexpr std::array kTimeMethods = std::to_array<Method>({
    {"Add", kDuration, false, time_add},
    {"AddDate", kIntegers, false, time_add_date},
    {"After", kTime, false, time_compare<std::greater<>{}>},
    {"Before", kTime, false, time_compare<std::less<>{}>},
    {"Day", {}, false, calendar<[](const Calendar& c) { return c.day(); }>},
    {"Equal", kTime, false, time_compare<std::equal_to<>{}>},
    {"Format", kText, false, time_format},
    {"Hour", {}, false, calendar<[](const Calendar& c) { return c.hour(); }>},
    {"IsZero", {}, false, plain<[](const Value& t) { return make_bool(t.instant().milliseconds == kZeroTime); }>},
    {"Local", {}, false, time_local},
    {"Minute", {}, false, calendar<[](const Calendar& c) { return c.minute(); }>},
    {"Month", {}, false, time_month},
    {"Nanosecond", {}, false, plain<[](const Value& t) {
       return make_integer((t.instant().milliseconds - unix_seconds(t.instant()) * 1000) * 1'000'000);
     }>},
    {"Round", kDuration, false, time_round},
    {"Second", {}, false, calendar<[](const Calendar& c) { return c.second(); }>},
    {"String", {}, false, plain<[](const Value& t) { return make_text(go_time(t.instant())); }>},
    {"Sub", kTime, false, time_sub},
    {"Truncate", kDuration, false, time_truncate},
    {"UTC", {}, false, time_utc},
    {"Unix", {}, false, plain<[](const Value& t) { return make_integer(unix_seconds(t.instant())); }>},
    {"UnixMicro", {}, false, plain<[](const Value& t) { return make_integer(t.instant().milliseconds * 1000); }>},
    {"UnixMilli", {}, false, plain<[](const Value& t) { return make_integer(t.instant().milliseconds); }>},
    {"UnixNano", {}, false, plain<[](const Value& t) { return make_integer(t.instant().milliseconds * 1'000'000); }>},
    {"Weekday", {}, false, time_weekday},
    {"Year", {}, false, calendar<[](const Calendar& c) { return c.year(); }>},
    {"YearDay", {}, false, calendar<[](const Calendar& c) { return c.day_of_year; }>},
});

constexpr std::array kDurationMethods = std::to_array<Method>({
    {"Hours",
     {},
     false,
     plain<[](const Value& d) { return make_float(nanoseconds_in(d.integer(), 3'600'000'000'000)); }>},
    {"Milliseconds", {}, false, plain<[](const Value& d) { return make_integer(d.integer() / 1'000'000); }>},
    {"Minutes",
     {},
     false,
     plain<[](const Value& d) { return make_float(nanoseconds_in(d.integer(), 60'000'000'000)); }>},
    {"Seconds",
     {},
     false,
     plain<[](const Value& d) { return make_float(nanoseconds_in(d.integer(), 1'000'000'000)); }>},
    {"String", {}, false, plain<[](const Value& d) { return make_text(go_duration(d.integer())); }>},
});

}  // namespace

namespace types {
constinit const Type month{
    Kind::integer, "time.Month", nullptr, {}, {}, [](const Value& v) { return std::string(kMonths[v.integer() - 1]); }};
constinit const Type weekday{
    Kind::integer, "time.Weekday", nullptr, {}, {}, [](const Value& v) { return std::string(kDays[v.integer()]); }};
constinit const Type time{
    Kind::structure, "time.Time", nullptr, {}, kTimeMethods, [](const Value& v) { return go_time(v.instant()); }};
constinit const Type time_pointer{Kind::pointer, "*time.Time", &time};
constinit const Type duration{Kind::integer,    "time.Duration",
                              nullptr,          {},
                              kDurationMethods, [](const Value& v) { return go_duration(v.integer()); }};
constinit const Type duration_pointer{Kind::pointer, "*time.Duration", &duration};
}  // namespace types

std::int64_t nanoseconds_between(const Instant& begin, const Instant& end) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::int64_t milliseconds = end.milliseconds - begin.milliseconds;
  if (milliseconds > kMost / 1'000'000) return kMost;
  return milliseconds < -(kMost / 1'000'000) ? std::numeric_limits<std::int64_t>::min() : milliseconds * 1'000'000;
}

std::string go_time(const Instant& instant) {
  return go_format_time(instant, "2006-01-02 15:04:05.999999999 -0700 MST");
}

std::string go_format_time(const Instant& instant, std::string_view layout) {
  const Calendar calendar(instant);
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

std::string go_duration(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const auto magnitude =
      nanoseconds < 0 ? ~static_cast<std::uint64_t>(nanoseconds) + 1 : static_cast<std::uint64_t>(nanoseconds);
  const auto decimal = [](std::uint64_t whole, std::uint64_t fraction, int digits) {
    std::string text = format("{}.{:0{}}", whole, fraction, digits);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
  };
  std::string out = nanoseconds < 0 ? "-" : "";
  if (magnitude < 1'000) return out + format("{}ns", magnitude);
  if (magnitude < 1'000'000) return out + decimal(magnitude / 1'000, magnitude % 1'000, 3) + "µs";
  if (magnitude < 1'000'000'000) return out + decimal(magnitude / 1'000'000, magnitude % 1'000'000, 6) + "ms";
  const std::uint64_t seconds = magnitude / 1'000'000'000;
  if (seconds >= 3600) out += format("{}h", seconds / 3600);
  if (seconds >= 60) out += format("{}m", seconds / 60 % 60);
  return out + decimal(seconds % 60, magnitude % 1'000'000'000, 9) + "s";
}

}  // namespace firedrill::templates
