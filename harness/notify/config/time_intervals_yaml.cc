// time_intervals: their hours, days, months and years as texts (timeinterval/timeinterval.go).
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "notify/config/form/decode.h"
#include "notify/config/parts_yaml.h"
#include "template/format/unicode.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;

constexpr std::string_view kIntervalKeys[] = {"name", "time_intervals"};
constexpr std::string_view kKeys[] = {"times", "weekdays", "days_of_month", "months", "years", "location"};
constexpr std::string_view kTimeKeys[] = {"start_time", "end_time"};

constexpr std::array<std::string_view, 7> kWeekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};

// strconv.Atoi, as far as it fits here.
std::optional<int> whole_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  const bool number = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  const auto value = number ? parse_int(text.starts_with('+') ? digits : text) : std::nullopt;
  if (!value) return std::nullopt;
  constexpr std::int64_t kMost = std::numeric_limits<int>::max() / 2;
  return static_cast<int>(std::clamp(*value, -kMost, kMost));
}

template <std::size_t N>
std::optional<int> number_of(const std::array<std::string_view, N>& names, std::string_view text, int first) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin()) + first;
}

std::optional<int> weekday(std::string_view text) {
  return number_of(kWeekdays, text, 0);
}
std::optional<int> month(std::string_view text) {
  const auto named = number_of(kMonths, text, 1);
  return named ? named : whole_number(text);
}

// How a kind of range is written, and what it cannot be; empty: it is fine.
struct RangeForm {
  std::optional<int> (*read)(std::string_view text);
  std::string (*fault)(const IntegerRange& range);
  std::string_view expected;
};

std::string order_fault(const IntegerRange& range) {
  return range.begin > range.end ? "the range ends before it begins" : std::string();
}

std::string day_fault(const IntegerRange& range) {
  for (const int day : {range.begin, range.end}) {
    if (day == 0 || day < -31 || day > 31) return format("there is no day {} in a month", day);
  }
  if (range.begin < 0 && range.end > 0) return "a range that begins at the month's end cannot end at its beginning";
  // The shortest month tells what never holds.
  const auto counted = [](int day) { return day < 0 ? 28 + day : day; };
  return counted(range.begin) > counted(range.end) ? "the range ends before it begins, in any month" : std::string();
}

constexpr RangeForm kWeekdayForm{weekday, order_fault, "expected weekdays such as monday or monday:friday"};
constexpr RangeForm kDayForm{whole_number, day_fault, "expected days such as 1, 1:15 or -3:-1; -1 is the month's last"};
constexpr RangeForm kMonthForm{month, order_fault, "expected months such as may, 5 or january:march"};
constexpr RangeForm kYearForm{whole_number, order_fault, "expected years such as 2026 or 2026:2028"};

class IntervalDecoder {
 public:
  explicit IntervalDecoder(const PartContext& context) : diagnostics_(context.diagnostics()) {}

  NamedTimeInterval decode(const Node& node, std::string_view what) {
    NamedTimeInterval named;
    named.where = node.where();
    if (node.is_null() || !yaml::expect_mapping(node, what, diagnostics_)) return named;
    refuse_unknown(node, kIntervalKeys, what, diagnostics_);
    if (const Node* name = node.find("name")) named.name = decode_text(*name, "'name'", diagnostics_);
    if (named.name.empty()) report(diagnostics_, node.where(), format("{} has no name", what), "add `name: …`");
    const Node* intervals = node.find("time_intervals");
    if (intervals == nullptr || intervals->is_null() ||
        !yaml::expect_sequence(*intervals, "'time_intervals'", diagnostics_)) {
      return named;
    }
    for (const Node* item : intervals->items) named.intervals.push_back(decode_interval(*item));
    return named;
  }

 private:
  TimeInterval decode_interval(const Node& node) {
    TimeInterval interval;
    if (node.is_null() || !yaml::expect_mapping(node, "an item of 'time_intervals'", diagnostics_)) return interval;
    refuse_unknown(node, kKeys, "a time interval", diagnostics_);
    interval.times = decode_times(node.find("times"));
    interval.weekdays = decode_ranges(node.find("weekdays"), "weekdays", kWeekdayForm);
    interval.days_of_month = decode_ranges(node.find("days_of_month"), "days_of_month", kDayForm);
    interval.months = decode_ranges(node.find("months"), "months", kMonthForm);
    interval.years = decode_ranges(node.find("years"), "years", kYearForm);
    if (const Node* location = node.find("location")) interval.zone = decode_zone(*location);
    return interval;
  }

  // An item that is nothing stays Go's zero: a range from 0 to 0.
  std::optional<std::vector<IntegerRange>> decode_ranges(const Node* list, std::string_view key,
                                                         const RangeForm& form) {
    if (list == nullptr || list->is_null()) return std::nullopt;
    std::vector<IntegerRange> ranges;
    if (!yaml::expect_sequence(*list, format("'{}'", key), diagnostics_)) return ranges;
    for (const Node* item : list->items) {
      IntegerRange range;
      if (!item->is_null()) {
        const std::string fault = read_range(*item, form, range);
        if (!fault.empty()) {
          report(diagnostics_, item->where(), format("'{}': {}", key, fault), std::string(form.expected));
        }
      }
      ranges.push_back(range);
    }
    return ranges;
  }

  static std::string read_range(const Node& item, const RangeForm& form, IntegerRange& range) {
    if (!item.is_scalar()) return format("{} is no range", item.describe());
    const std::string text = templates::to_lower(item.text);
    const std::size_t colon = text.find(':');
    if (colon != std::string::npos && text.find(':', colon + 1) != std::string::npos) {
      return format("'{}' has two colons", item.text);
    }
    const std::string_view first = std::string_view(text).substr(0, colon);
    const std::string_view last = colon == std::string::npos ? first : std::string_view(text).substr(colon + 1);
    const auto begin = form.read(first);
    const auto end = form.read(last);
    if (!begin || !end) return format("'{}' is none", begin ? last : first);
    range = {*begin, *end};
    return form.fault(range);
  }

  std::optional<std::vector<TimeOfDayRange>> decode_times(const Node* list) {
    if (list == nullptr || list->is_null()) return std::nullopt;
    std::vector<TimeOfDayRange> times;
    if (!yaml::expect_sequence(*list, "'times'", diagnostics_)) return times;
    for (const Node* item : list->items) {
      if (item->is_null()) {
        times.emplace_back();
      } else if (yaml::expect_mapping(*item, "an item of 'times'", diagnostics_)) {
        times.push_back(decode_time_range(*item));
      }
    }
    return times;
  }

  TimeOfDayRange decode_time_range(const Node& node) {
    refuse_unknown(node, kTimeKeys, "an item of 'times'", diagnostics_);
    const auto begin = decode_minute(node, "start_time");
    const auto end = decode_minute(node, "end_time");
    if (begin && end && *begin >= *end) {
      report(diagnostics_, node.where(), "the time ends before it begins",
             "a time that crosses midnight is two: one up to 24:00, one from 00:00");
    }
    return {begin.value_or(0), end.value_or(0)};
  }

  std::optional<int> decode_minute(const Node& node, std::string_view key) {
    const Node* value = node.find(key);
    const std::string text = value == nullptr ? std::string() : decode_text(*value, format("'{}'", key), diagnostics_);
    const auto minute = minute_of(text);
    if (minute) return minute;
    report(diagnostics_, value == nullptr ? node.where() : value->where(),
           text.empty() ? format("'{}' is missing", key) : format("'{}': '{}' is no time of a day", key, text),
           "expected hours and minutes, two digits each, from 00:00 to 24:00");
    return std::nullopt;
  }

  static std::optional<int> minute_of(std::string_view text) {
    if (text == "24:00") return 24 * 60;
    const auto digit = [&](std::size_t at, char most) { return text[at] >= '0' && text[at] <= most; };
    if (text.size() != 5 || text[2] != ':' || !digit(0, '2') || !digit(1, '9') || !digit(3, '5') || !digit(4, '9')) {
      return std::nullopt;
    }
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    if (hour > 23) return std::nullopt;
    return hour * 60 + (text[3] - '0') * 10 + (text[4] - '0');
  }

  Zone decode_zone(const Node& node) {
    const std::string name = decode_text(node, "'location'", diagnostics_);
    if (name == "Local") {
      warn(diagnostics_, node.where(), "Local is the zone of the machine that Alertmanager runs on; here it is UTC",
           "name the zone: Europe/London");
      return Zone::utc();
    }
    const auto zone = Zone::find(name);
    if (zone) return *zone;
    report(diagnostics_, node.where(), zone.error(), "expected a name of the IANA database such as Europe/London");
    return Zone::utc();
  }

  Diagnostics& diagnostics_;
};

}  // namespace

void decode_time_intervals(const Node& node, std::string_view what, const PartContext& context,
                           std::vector<NamedTimeInterval>& intervals) {
  if (node.is_null() || !yaml::expect_sequence(node, format("'{}'", what), context.diagnostics())) return;
  std::set<std::string, std::less<>> names;
  for (const NamedTimeInterval& known : intervals) names.insert(known.name);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    NamedTimeInterval named = IntervalDecoder(context).decode(*node.items[i], format("{} entry {}", what, i + 1));
    if (!names.insert(named.name).second) {
      report(context.diagnostics(), named.where, format("there are two time intervals '{}'", named.name),
             "give one of them another name; those of time_intervals and mute_time_intervals count together");
    }
    intervals.push_back(std::move(named));
  }
}

}  // namespace firedrill::notify
