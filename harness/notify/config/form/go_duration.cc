#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text/format.h"
#include "notify/config/form/scalars.h"

namespace firedrill::notify {
namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1e3},
                                      {"\xC2\xB5s", 1e3},
                                      {"\xCE\xBCs", 1e3},
                                      {"ms", 1e6},
                                      {"s", 1e9},
                                      {"m", 6e10},
                                      {"h", 3.6e12}}};
constexpr double kLongest = 9.223372036854775807e18;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

// Roughly: of what is this long an overflow is seen, and a second told from the next.
double value_of(std::string_view digits) {
  double value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

double fraction_of(std::string_view digits) {
  double value = 0;
  for (std::size_t i = digits.size(); i > 0; --i) value = (value + (digits[i - 1] - '0')) / 10;
  return value;
}

}  // namespace

std::expected<double, std::string> parse_go_duration(std::string_view text) {
  const std::string invalid = format("'{}' is not a duration", text);
  const double sign = text.starts_with('-') ? -1 : 1;
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return 0.0;
  if (rest.empty()) return std::unexpected(invalid);
  double total = 0;
  while (!rest.empty()) {
    const std::size_t whole = digits_at(rest);
    double value = value_of(rest.substr(0, whole));
    rest.remove_prefix(whole);
    std::size_t fraction = 0;
    if (rest.starts_with('.')) {
      fraction = digits_at(rest.substr(1));
      value += fraction_of(rest.substr(1, fraction));
      rest.remove_prefix(1 + fraction);
    }
    if (whole + fraction == 0) return std::unexpected(invalid);
    const std::size_t length = std::min(rest.find_first_of(".0123456789"), rest.size());
    if (length == 0) return std::unexpected(format("'{}' lacks a unit", text));
    const std::string_view name = rest.substr(0, length);
    const auto unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end()) {
      return std::unexpected(format("'{}' has the unit '{}', which there is not", text, name));
    }
    total += value * unit->nanoseconds;
    if (total > kLongest) return std::unexpected(format("'{}' is too long", text));
    rest.remove_prefix(length);
  }
  return sign * total / 1e9;
}

std::string fault_of_go_duration(std::string_view text) {
  const auto seconds = parse_go_duration(text);
  return seconds ? std::string() : seconds.error();
}

}  // namespace firedrill::notify
