// The values of string and number literals.
#include <algorithm>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/lexer.h"
#include "promql/parse/text.h"

namespace firedrill::promql {
namespace {

char simple_escape(char c) {
  switch (c) {
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return c;  // the backslash and the quote itself
  }
}

// Go's ParseInt with base 0, for what the lexer lets through: nothing if it is not an integer or does not fit.
std::optional<std::int64_t> read_integer(std::string_view text) {
  unsigned base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  if (text.ends_with('_') || text.contains("__")) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c == '_') continue;
    const auto digit = static_cast<unsigned>(digit_value(static_cast<unsigned char>(c)));
    if (digit >= base) return std::nullopt;
    if (value > (0x7fffffffffffffffULL - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string unquote(std::string_view literal) {
  const bool raw = literal.front() == '`';
  const std::string_view body = literal.substr(1, literal.size() - 2);
  if (raw) return std::string(body);
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\') {
      out += body[i];
      continue;
    }
    const char kind = body[++i];
    const bool octal = kind >= '0' && kind <= '7';
    if (!octal && kind != 'x' && kind != 'u' && kind != 'U') {
      out += simple_escape(kind);
      continue;
    }
    const std::size_t digits = octal ? 3 : kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    const std::size_t first = octal ? i : i + 1;
    unsigned value = 0;
    for (std::size_t k = first; k < first + digits; ++k) {
      value = value * (octal ? 8 : 16) + static_cast<unsigned>(digit_value(static_cast<unsigned char>(body[k])));
    }
    if (octal || kind == 'x') {
      out += static_cast<char>(static_cast<unsigned char>(value));
    } else {
      append_utf8(out, value);
    }
    i = first + digits - 1;
  }
  return out;
}

std::expected<double, std::string> read_number(std::string_view literal) {
  if (const auto integer = read_integer(literal)) return static_cast<double>(*integer);
  std::string digits(literal);
  std::erase(digits, '_');
  const auto value = parse_float(digits);
  if (!value) {
    return std::unexpected(
        format("error parsing number: strconv.ParseFloat: parsing {}: invalid syntax", model::quote(literal)));
  }
  if (*value > 1e308 && *value == *value + 1e308 && lower_case(literal) != "inf") {
    return std::unexpected(
        format("error parsing number: strconv.ParseFloat: parsing {}: value out of range", model::quote(literal)));
  }
  return *value;
}

}  // namespace firedrill::promql
