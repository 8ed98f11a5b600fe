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

// Roughly: what it is for is to see an overflow.
double value_of(std::string_view digits) {
  double value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

std::string fault_of_go_duration(std::string_view text) {
  const std::string invalid = format("'{}' is not a duration", text);
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return {};
  if (rest.empty()) return invalid;
  double total = 0;
  while (!rest.empty()) {
    const std::size_t whole = digits_at(rest);
    const double value = value_of(rest.substr(0, whole));
    rest.remove_prefix(whole);
    std::size_t fraction = 0;
    if (rest.starts_with('.')) {
      fraction = digits_at(rest.substr(1));
      rest.remove_prefix(1 + fraction);
    }
    if (whole + fraction == 0) return invalid;
    const std::size_t length = std::min(rest.find_first_of(".0123456789"), rest.size());
    if (length == 0) return format("'{}' lacks a unit", text);
    const std::string_view name = rest.substr(0, length);
    const auto unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end()) return format("'{}' has the unit '{}', which there is not", text, name);
    total += value * unit->nanoseconds;
    if (total > kLongest) return format("'{}' is too long", text);
    rest.remove_prefix(length);
  }
  return {};
}

}  // namespace firedrill::notify
