#include "base/duration.h"

#include <array>
#include <cstdint>

#include "base/text/format.h"

namespace firedrill {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t millis;
};
// In the order in which they must appear.
constexpr std::array<Unit, 7> kUnits{{{"y", 365LL * 86'400'000},
                                      {"w", 7LL * 86'400'000},
                                      {"d", 86'400'000},
                                      {"h", 3'600'000},
                                      {"m", 60'000},
                                      {"s", 1'000},
                                      {"ms", 1}}};

// Go keeps a duration in nanoseconds; Prometheus refuses what does not fit.
constexpr std::int64_t kMaxMillis = INT64_MAX / 1'000'000;

std::size_t unit_index(std::string_view name) {
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (kUnits[i].name == name) return i;
  }
  return kUnits.size();
}

std::unexpected<std::string> not_valid(std::string_view text) {
  return std::unexpected(format("not a valid duration string: \"{}\"", text));
}

// Of less than `below` the last figure that is told is so many milliseconds.
struct Precision {
  std::int64_t below;
  std::int64_t unit;
};
constexpr std::array<Precision, 4> kPrecisions{
    {{60'000, 100}, {3'600'000, 1'000}, {86'400'000, 60'000}, {INT64_MAX, 3'600'000}}};

// What rounding makes a minute is told as one, not as sixty seconds.
template <typename ToUnit>
std::int64_t in_figures(std::int64_t millis, ToUnit to_unit) {
  for (const auto& [below, unit] : kPrecisions) {
    if (millis >= below) continue;
    const std::int64_t figures = to_unit(millis, unit);
    if (figures < below) return figures;
    millis = figures;
  }
  return millis;
}

template <typename ToUnit>
std::string described(Duration d, ToUnit to_unit) {
  const bool negative = d.count() < 0;
  std::int64_t millis = negative ? -d.count() : d.count();
  const std::string_view sign = negative ? "−" : "";
  if (millis < 1'000) return format("{}{} ms", sign, millis);
  millis = in_figures(millis, to_unit);
  if (millis < 60'000) {
    return millis % 1'000 == 0 ? format("{}{} s", sign, millis / 1'000)
                               : format("{}{:.1f} s", sign, static_cast<double>(millis) / 1000);
  }
  constexpr std::array<Unit, 4> kUpper{{{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}}};
  for (std::size_t i = 0; i + 1 < kUpper.size(); ++i) {
    if (millis < kUpper[i].millis) continue;
    const std::int64_t rest = millis % kUpper[i].millis / kUpper[i + 1].millis;
    const std::string head = format("{}{} {}", sign, millis / kUpper[i].millis, kUpper[i].name);
    return rest == 0 ? head : format("{} {} {}", head, rest, kUpper[i + 1].name);
  }
  return {};
}

}  // namespace

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  if (text.empty()) return std::unexpected("empty duration string");
  if (text == "0") return Duration(0);
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::int64_t count = 0;
    const std::size_t digits = i;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      if (count > kMaxMillis) return std::unexpected("duration out of range");
      count = count * 10 + (text[i] - '0');
    }
    const std::size_t letters = i;
    while (i < text.size() && text[i] >= 'a' && text[i] <= 'z') ++i;
    const std::size_t unit = unit_index(text.substr(letters, i - letters));
    if (letters == digits || unit == kUnits.size() || unit < next_unit) return not_valid(text);
    next_unit = unit + 1;
    if (count > (kMaxMillis - total) / kUnits[unit].millis) return std::unexpected("duration out of range");
    total += count * kUnits[unit].millis;
  }
  return Duration(total);
}

std::string format_duration(Duration d) {
  std::int64_t millis = d.count();
  if (millis == 0) return "0s";
  std::string out = millis < 0 ? "-" : "";
  if (millis < 0) millis = -millis;
  for (const Unit& unit : kUnits) {
    // Years, weeks and days only stand where they come out even, as Prometheus prints them (6w and 1d → 43d).
    const bool calendar = unit.millis >= 86'400'000;
    const bool exact_only = calendar && unit.name != "d";
    if (exact_only && millis % unit.millis != 0) continue;
    if (millis < unit.millis) continue;
    out += format("{}{}", millis / unit.millis, unit.name);
    millis %= unit.millis;
  }
  return out;
}

std::string describe_duration(Duration d) {
  return described(d, [](std::int64_t millis, std::int64_t unit) { return (millis + unit / 2) / unit * unit; });
}

std::string describe_at_least(Duration d) {
  return described(d, [](std::int64_t millis, std::int64_t unit) { return millis / unit * unit; });
}

}  // namespace firedrill
