#include "ruletest/series_ranges.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "alerting/rule_file.h"
#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::ruletest {
namespace {

struct Range {
  std::size_t begin = 0;  // in the text, the brackets included
  std::size_t end = 0;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::size_t width = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::uint64_t> number_at(std::string_view text, std::size_t& at) {
  constexpr std::size_t kMostDigits = 9;
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at == begin || at - begin > kMostDigits) return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(text.data() + begin, text.data() + at, value);
  return value;
}

// "[0:9]" at a place.
std::optional<Range> range_at(std::string_view text, std::size_t begin) {
  Range range{.begin = begin};
  std::size_t at = begin + 1;
  const auto from = number_at(text, at);
  const std::size_t digits = at - begin - 1;
  if (!from || at >= text.size() || text[at] != ':') return std::nullopt;
  const bool padded = digits > 1 && text[begin + 1] == '0';
  const auto to = number_at(text, ++at);
  if (!to || at >= text.size() || text[at] != ']') return std::nullopt;
  range.end = at + 1;
  range.from = *from;
  range.to = *to;
  range.width = padded ? digits : 0;
  return range;
}

// What was meant for one: numbers with a colon between them, of which one is missing, below nothing, no whole one or
// too large, or three. An address of IPv6 has more colons.
bool is_mistaken_range(std::string_view inside) {
  if (inside.find_first_not_of("0123456789:+-. ") != std::string_view::npos) return false;
  const auto colons = std::ranges::count(inside, ':');
  const bool numbers = inside.find_first_of("0123456789") != std::string_view::npos;
  return numbers &&
         (colons == 1 || (colons == 2 && !inside.contains("::") && !inside.starts_with(':') && !inside.ends_with(':')));
}

struct Found {
  std::vector<Range> ranges;
  std::vector<Range> mistaken;  // begin and end
};

// Those between quotes.
Found ranges_in(std::string_view series) {
  Found found;
  char quote = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const char c = series[i];
    if (quote == 0) {
      if (c == '"' || c == '\'' || c == '`') quote = c;
    } else if (c == '\\' && quote != '`') {
      ++i;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '[') {
      const std::size_t end = std::min(series.find(']', i), series.size());
      if (const auto range = range_at(series, i)) {
        found.ranges.push_back(*range);
        i = range->end - 1;
      } else if (is_mistaken_range(series.substr(i + 1, end - i - 1))) {
        found.mistaken.push_back({.begin = i, .end = std::min(end + 1, series.size())});
      }
    }
  }
  return found;
}

Position place_of(const InputSeries& input, const Range& range) {
  return alerting::locate({input.series, input.series_at}, range.begin, range.end - range.begin);
}

void repeat(const InputSeries& input, std::string series, std::span<const Range> ranges,
            std::vector<InputSeries>& out) {
  if (ranges.empty()) {
    out.push_back({std::move(series), input.values, input.where, input.series_at, true});
    return;
  }
  // From the back, so that the places of those before stay.
  const Range& range = ranges.back();
  for (std::uint64_t i = range.from; i <= range.to; ++i) {
    std::string number = format("{}", i);
    if (number.size() < range.width) number.insert(0, range.width - number.size(), '0');
    std::string each = series;
    each.replace(range.begin, range.end - range.begin, number);
    repeat(input, std::move(each), ranges.first(ranges.size() - 1), out);
  }
}

// Nothing, and told, if a range is none or there are too many.
bool count(const InputSeries& input, std::span<const Range> ranges, Diagnostics& diagnostics) {
  std::uint64_t total = 1;
  for (const Range& range : ranges) {
    if (range.from > range.to) {
      report(diagnostics, place_of(input, range),
             format("the range [{}:{}] in '{}' is empty", range.from, range.to, input.series),
             "its second number is the last, and not below the first");
      return false;
    }
    total *= range.to - range.from + 1;
    if (total <= kMostRepeated) continue;
    report(diagnostics, place_of(input, range),
           format("'{}' stands for more than {} series", input.series, kMostRepeated), "shorten its ranges");
    return false;
  }
  return true;
}

}  // namespace

void repeat_series(std::vector<InputSeries>& series, Diagnostics& diagnostics) {
  std::vector<InputSeries> all;
  for (const InputSeries& input : series) {
    const auto [ranges, mistaken] = ranges_in(input.series);
    for (const Range& range : mistaken) {
      report(diagnostics, place_of(input, range),
             format("'{}' is no range", input.series.substr(range.begin, range.end - range.begin)),
             "expected two whole numbers of at most nine digits, such as [0:9]");
    }
    if (ranges.empty()) {
      all.push_back(input);
    } else if (mistaken.empty() && count(input, ranges, diagnostics)) {
      repeat(input, input.series, ranges, all);
    }
  }
  series = std::move(all);
}

}  // namespace firedrill::ruletest
