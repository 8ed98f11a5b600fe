#include "base/text/numbers.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdlib>

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill {
namespace {

// What every form prints the same: nothing if the value is an ordinary number.
std::string_view special(double value) {
  if (maths::is_nan(value)) return "NaN";
  if (maths::is_inf(value)) return value > 0 ? "+Inf" : "-Inf";
  return {};
}

bool equal_fold(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] - 'A' + 'a') : a[i];
    if (c != b[i]) return false;
  }
  return true;
}

std::optional<double> parse_special(std::string_view digits, bool negative, bool has_sign) {
  if (equal_fold(digits, "inf") || equal_fold(digits, "infinity")) {
    return negative ? -maths::infinity() : maths::infinity();
  }
  if (equal_fold(digits, "nan") && !has_sign) return maths::nan();
  return std::nullopt;
}

}  // namespace

double stale_marker() {
  return std::bit_cast<double>(kStaleBits);
}
bool is_stale(double value) {
  return std::bit_cast<std::uint64_t>(value) == kStaleBits;
}

std::string format_number(double value) {
  if (const auto text = special(value); !text.empty()) return std::string(text);
  if (value == 0) return "0";  // no negative zero
  return format("{:.12g}", value);
}

double round_to_record(double value) {
  if (!special(value).empty()) return value;
  return parse_float(format_number(value)).value_or(value);
}

std::string format_go_f(double value) {
  if (const auto text = special(value); !text.empty()) return std::string(text);
  char buffer[512];
  const bool large = value >= 1e15 || value <= -1e15;
  const auto form = large ? std::chars_format::scientific : std::chars_format::fixed;
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, form);
  std::string text(buffer, error == std::errc() ? end : buffer);
  if (!large) return text;
  // The shortest digits and then zeros, where to_chars would write out every digit of the double.
  const std::size_t e = text.find('e');
  const auto exponent = static_cast<std::size_t>(std::atoi(text.c_str() + e + 1));
  std::string digits = text.substr(0, e);
  const std::size_t sign = digits[0] == '-' ? 1 : 0;
  if (digits.size() > sign + 1) digits.erase(sign + 1, 1);  // the point
  digits.resize(std::max(digits.size(), sign + 1 + exponent), '0');
  if (digits.size() > sign + 1 + exponent)
    digits.insert(digits.begin() + static_cast<std::ptrdiff_t>(sign + 1 + exponent), '.');
  return digits;
}

std::string format_go_g(double value) {
  if (const auto text = special(value); !text.empty()) return std::string(text);
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string scientific(buffer, error == std::errc() ? end : buffer);
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  if (exponent < -4 || exponent >= 6) return scientific;
  return format_go_f(value);
}

std::string format_openmetrics(double value) {
  std::string text = format_go_g(value);
  const bool whole = maths::is_finite(value) && text.find_first_of(".e") == std::string::npos;
  return whole ? text + ".0" : text;
}

std::optional<double> parse_float(std::string_view text) {
  const bool has_sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  const bool negative = has_sign && text[0] == '-';
  std::string_view digits = has_sign ? text.substr(1) : text;
  if (digits.empty()) return std::nullopt;
  if (auto value = parse_special(digits, negative, has_sign)) return value;
  std::chars_format form = std::chars_format::general;
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    // Go demands a binary exponent.
    if (digits.find_first_of("pP") == std::string_view::npos) return std::nullopt;
    digits.remove_prefix(2);
    form = std::chars_format::hex;
  }
  // from_chars would accept "inf" and "nan(…)" here, which were dealt with above, and a second sign.
  const bool hex = form == std::chars_format::hex;
  const char c = digits[0];
  const bool starts_well =
      (c >= '0' && c <= '9') || c == '.' || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
  if (!starts_well) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, form);
  if (end != digits.data() + digits.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    value = std::strtod(std::string(hex ? "0x" : "").append(digits).c_str(), nullptr);
  }
  return negative ? -value : value;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string describe_count(double value) {
  if (const auto text = special(value); !text.empty()) return std::string(text);
  const double size = value < 0 ? -value : value;
  if (size >= 1e9) return format("{:.3g} G", value / 1e9);
  if (size >= 1e6) return format("{:.3g} M", value / 1e6);
  if (size >= 1e4) return format("{:.3g} k", value / 1e3);
  return size >= 100 || value == maths::trunc(value) ? format("{:.0f}", value) : format("{:.3g}", value);
}

std::string describe_ratio(double value) {
  if (const auto text = special(value); !text.empty()) return std::string(text);
  // What is not all of it is not told as all.
  if (value >= 0.9995 && value < 1) return describe_share(value);
  const double percent = value * 100;
  const double size = percent < 0 ? -percent : percent;
  if (size != 0 && size < 0.01) return format("{:.1g} %", percent);
  return size >= 99.95 || size == 0 ? format("{:.0f} %", percent) : format("{:.3g} %", percent);
}

std::string describe_share(double share) {
  if (!(share > 0.9 && share < 1)) return describe_ratio(share);
  constexpr int kMostDigits = 9;
  std::string text;
  for (int digits = 3; digits <= kMostDigits; ++digits) {
    text = format("{:.{}f}", share * 100, digits);
    if (!text.starts_with("100")) break;
  }
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text + " %";
}

}  // namespace firedrill
