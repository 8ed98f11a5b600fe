#include "template/library/humanize.h"

#include <cstdint>
#include <initializer_list>
#include <limits>

#include "base/maths.h"
#include "base/text/format.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"

namespace firedrill::templates {
namespace {

double magnitude(double value) {
  return value < 0 ? -value : value;
}

std::string four_digits(double value) {
  return go_float(value, 'g', 4);
}

// Divides (or multiplies) until the value has at most three digits before the point (or one), or prefixes run out.
std::string scaled_down(double value, double step, std::initializer_list<std::string_view> prefixes) {
  std::string_view prefix;
  for (const std::string_view next : prefixes) {
    if (magnitude(value) < step) break;
    prefix = next;
    value /= step;
  }
  return four_digits(value) + std::string(prefix);
}

std::string scaled_up(double value) {
  std::string_view prefix;
  for (const std::string_view next : {"m", "u", "n", "p", "f", "a", "z", "y"}) {
    if (magnitude(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return four_digits(value) + std::string(prefix);
}

// Go's conversion on the machines that Prometheus runs on: what does not fit becomes the least integer.
std::int64_t to_integer(double value) {
  if (!(value < 9223372036854775808.0)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

// Whether a character joins the letters (or digits) on its two sides into one word: don't, a.b, 1,000.
bool joins(char32_t rune) {
  return rune == '\'' || rune == '.' || rune == ':' || rune == 0x2019 || rune == 0xb7;
}

}  // namespace

std::string humanize(double value) {
  if (value == 0 || !maths::is_finite(value)) return four_digits(value);
  if (magnitude(value) < 1) return scaled_up(value);
  return scaled_down(value, 1000, {"k", "M", "G", "T", "P", "E", "Z", "Y"});
}

std::string humanize_1024(double value) {
  if (magnitude(value) <= 1 || !maths::is_finite(value)) return four_digits(value);
  return scaled_down(value, 1024, {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"});
}

std::string humanize_duration(double seconds) {
  if (!maths::is_finite(seconds)) return four_digits(seconds);
  if (seconds == 0) return four_digits(seconds) + "s";
  if (magnitude(seconds) < 1) return scaled_up(seconds) + "s";
  const std::string sign = seconds < 0 ? "-" : "";
  const std::int64_t whole = to_integer(magnitude(seconds));
  const std::int64_t minutes = whole / 60 % 60;
  const std::int64_t hours = whole / 3600 % 24;
  const std::int64_t days = whole / 86400;
  if (days != 0) return format("{}{}d {}h {}m {}s", sign, days, hours, minutes, whole % 60);
  if (hours != 0) return format("{}{}h {}m {}s", sign, hours, minutes, whole % 60);
  if (minutes != 0) return format("{}{}m {}s", sign, minutes, whole % 60);
  return sign + four_digits(magnitude(seconds)) + "s";
}

std::string humanize_percentage(double ratio) {
  return four_digits(ratio * 100) + "%";
}

std::string title_case(std::string_view text) {
  std::string out;
  bool in_word = false;
  bool titled = false;  // a word's first letter may stand behind digits
  for (std::string_view rest = text; !rest.empty();) {
    const Rune rune = decode_rune(rest);
    rest.remove_prefix(rune.length);
    const bool joined = in_word && joins(rune.rune) && is_letter(decode_rune(rest).rune);
    const bool word = is_alphanumeric(rune.rune) || joined;
    if (!in_word) titled = false;
    in_word = word;
    const bool first = is_letter(rune.rune) && !titled;
    titled = titled || first;
    if (first && rune.rune == U'ß') {
      out += "Ss";
    } else {
      append_rune(out, first ? to_title(rune.rune) : rune.rune);
    }
  }
  return out;
}

std::string titled_words(std::string_view text) {
  std::string out;
  bool in_word = false;
  for (std::string_view rest = text; !rest.empty();) {
    const Rune rune = decode_rune(rest);
    rest.remove_prefix(rune.length);
    append_rune(out, in_word ? rune.rune : to_title(rune.rune));
    in_word = is_alphanumeric(rune.rune);
  }
  return out;
}

}  // namespace firedrill::templates
