#include "yaml/units.h"

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::yaml {
namespace {

struct Suffix {
  std::string_view name;
  double factor;
};
constexpr Suffix kSuffixes[] = {
    {"Ki", 1024.0},
    {"Mi", 1024.0 * 1024},
    {"Gi", 1024.0 * 1024 * 1024},
    {"Ti", 1024.0 * 1024 * 1024 * 1024},
    {"Pi", 1024.0 * 1024 * 1024 * 1024 * 1024},
    {"Ei", 1024.0 * 1024 * 1024 * 1024 * 1024 * 1024},
    {"n", 1e-9},
    {"u", 1e-6},
    {"m", 1e-3},
    {"k", 1e3},
    {"M", 1e6},
    {"G", 1e9},
    {"T", 1e12},
    {"P", 1e15},
    {"E", 1e18},
};

// How people write units elsewhere, and Prometheus's name.
struct UnitName {
  std::string_view written;
  std::string_view meant;
};
constexpr UnitName kUnitNames[] = {
    {"millisecond", "ms"},
    {"milliseconds", "ms"},
    {"msec", "ms"},
    {"msecs", "ms"},
    {"millis", "ms"},
    {"second", "s"},
    {"seconds", "s"},
    {"sec", "s"},
    {"secs", "s"},
    {"S", "s"},
    {"minute", "m"},
    {"minutes", "m"},
    {"min", "m"},
    {"mins", "m"},
    {"M", "m"},
    {"hour", "h"},
    {"hours", "h"},
    {"hr", "h"},
    {"hrs", "h"},
    {"H", "h"},
    {"day", "d"},
    {"days", "d"},
    {"D", "d"},
    {"week", "w"},
    {"weeks", "w"},
    {"W", "w"},
    {"year", "y"},
    {"years", "y"},
    {"Y", "y"},
};

std::size_t digits_at(std::string_view text, std::size_t from) {
  const std::size_t end = text.find_first_not_of("0123456789.", from);
  return (end == std::string_view::npos ? text.size() : end) - from;
}

// The text with each unit's other names replaced and blanks taken out: "1 hour 30 min" → "1h30m".
std::string in_prometheus_units(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    const std::size_t digits = digits_at(text, i);
    out += text.substr(i, digits);
    i += digits;
    while (i < text.size() && text[i] == ' ') ++i;
    std::size_t end = i;
    while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
    if (end == i && digits == 0) return {};
    std::string_view unit = text.substr(i, end - i);
    for (const UnitName& name : kUnitNames) {
      if (name.written == unit) unit = name.meant;
    }
    out += unit;
    i = end;
  }
  return out;
}

// "1.5h" → 1h30m. Nothing if it is not one number with one unit.
std::optional<Duration> decimal_duration(std::string_view text) {
  const std::size_t digits = digits_at(text, 0);
  const auto number = parse_float(text.substr(0, digits));
  const auto unit = parse_duration(format("1{}", text.substr(digits)));
  if (digits == 0 || !number || !unit) return std::nullopt;
  const double seconds = *number * to_seconds(*unit);
  if (!(seconds >= 0.001 && seconds < 1e9)) return std::nullopt;
  return from_seconds(seconds);
}

}  // namespace

// A number and one suffix, which is a unit or an exponent of ten, and not both.
std::optional<double> parse_quantity(std::string_view text) {
  double factor = 1;
  std::string_view digits = "+-0123456789.eE";
  for (const Suffix& suffix : kSuffixes) {
    if (text.size() > suffix.name.size() && text.ends_with(suffix.name)) {
      factor = suffix.factor;
      text.remove_suffix(suffix.name.size());
      digits = "+-0123456789.";
      break;
    }
  }
  if (text.find_first_not_of(digits) != std::string_view::npos) return std::nullopt;
  const auto number = parse_float(text);
  if (!number || !maths::is_finite(*number * factor)) return std::nullopt;
  return *number * factor;
}

std::string quantity_remedy(std::string_view text) {
  std::string plain(text);
  std::erase(plain, ' ');
  if (plain.ends_with('B') || plain.ends_with('b')) plain.pop_back();
  if (plain.ends_with("KI") || plain.ends_with("ki")) plain.replace(plain.size() - 2, 2, "Ki");
  if (plain.ends_with("MI") || plain.ends_with("mi")) plain.replace(plain.size() - 2, 2, "Mi");
  if (plain.ends_with("GI") || plain.ends_with("gi")) plain.replace(plain.size() - 2, 2, "Gi");
  if (plain.ends_with('K')) plain.back() = 'k';
  if (plain.ends_with('g')) plain.back() = 'G';
  if (plain == text || !parse_quantity(plain)) return {};
  return format("did you mean '{}'?", plain);
}

DurationFault explain_duration(std::string_view text, std::string_view reason) {
  if (text.empty()) return {"the duration is empty", {}};
  if (reason == "duration out of range") {
    return {format("{} is too long", text), "no duration may be longer than 292 years"};
  }
  if (const auto number = parse_float(text);
      number && text.find_first_not_of("0123456789.") == std::string_view::npos) {
    if (text.find('.') == std::string_view::npos) {
      return {format("{} has no unit", text), format("write {}s for seconds, {}m for minutes", text, text)};
    }
    const auto seconds = decimal_duration(format("{}s", text));
    return {format("{} has no unit", text),
            seconds ? format("write {} if it is in seconds", format_duration(*seconds)) : std::string()};
  }
  DurationFault fault{format("'{}' is not a duration", text), {}};
  const std::string plain = in_prometheus_units(text);
  if (!plain.empty() && parse_duration(plain)) {
    fault.remedy = format("did you mean '{}'?", plain);
  } else if (const auto value = decimal_duration(plain)) {
    fault.remedy = format("did you mean '{}'? Durations have no decimal point", format_duration(*value));
  }
  return fault;
}

}  // namespace firedrill::yaml
