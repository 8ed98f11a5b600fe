#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdlib>

#include "base/maths.h"
#include "base/text/format.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"

namespace firedrill::templates {
namespace {

std::string_view special(double value) {
  if (maths::is_nan(value)) return "NaN";
  if (maths::is_inf(value)) return value > 0 ? "+Inf" : "-Inf";
  return {};
}

std::string to_chars(double value, std::chars_format form, int precision) {
  std::string buffer(static_cast<std::size_t>(precision < 0 ? 64 : precision + 400), '\0');
  const auto result = precision < 0
                          ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, form)
                          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, form, precision);
  buffer.resize(static_cast<std::size_t>(result.ptr - buffer.data()));
  return buffer;
}

// Shortest digits, in %e form unless the exponent is from −4 to 5 (Go's strconv; the threshold is not the number of
// digits, as it is with a precision).
std::string shortest_general(double value) {
  const std::string scientific = to_chars(value, std::chars_format::scientific, -1);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  return exponent < -4 || exponent >= 6 ? scientific : to_chars(value, std::chars_format::fixed, -1);
}

// 5629499534213120p-51: the bits of the mantissa as an integer.
std::string mantissa_and_exponent(double value) {
  constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto stored = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t mantissa = (bits & kMantissa) | (stored == 0 ? 0 : kMantissa + 1);
  return format("{}{}p{:+}", maths::sign_bit(value) ? "-" : "", mantissa, std::max(stored, 1) - 1023 - 52);
}

}  // namespace

std::string go_sharp_float(std::string text, char verb, int precision) {
  if (verb == 'b') return text;
  const bool hex = verb == 'x' || verb == 'X';
  int digits = verb == 'g' || verb == 'G' || verb == 'x' ? (precision < 0 ? 6 : precision) : 0;
  const std::size_t sign = text[0] == '-' ? 1 : 0;
  const std::size_t tail_at = std::min(text.find_first_of(hex ? "pP" : "eE"), text.size());
  const std::string tail = text.substr(tail_at);
  text.resize(tail_at);
  bool nonzero = false;
  for (std::size_t i = sign; i < text.size(); ++i) {
    if (text[i] == '.') continue;
    nonzero = nonzero || text[i] != '0';
    digits -= nonzero ? 1 : 0;
  }
  if (!text.contains('.')) {
    if (text.substr(sign) == "0") --digits;
    text += '.';
  }
  text.append(static_cast<std::size_t>(std::max(0, digits)), '0');
  return text + tail;
}

std::string go_float(double value, char verb, int precision) {
  if (const auto text = special(value); !text.empty()) return std::string(text);
  const bool upper = verb == 'E' || verb == 'G' || verb == 'X';
  std::string text;
  switch (verb) {
    case 'e':
    case 'E':
      text = to_chars(value, std::chars_format::scientific, precision);
      break;
    case 'f':
      text = to_chars(value, std::chars_format::fixed, precision);
      break;
    case 'x':
    case 'X': {
      text = to_chars(maths::sign_bit(value) ? -value : value, std::chars_format::hex, precision);
      // Two digits of exponent at least.
      const std::size_t p = text.find('p');
      if (text.size() - p == 3) text.insert(p + 2, "0");
      text = (maths::sign_bit(value) ? "-0x" : "0x") + text;
      break;
    }
    case 'b':
      text = mantissa_and_exponent(value);
      break;
    default:
      text =
          precision < 0 ? shortest_general(value) : to_chars(value, std::chars_format::general, std::max(precision, 1));
  }
  if (upper)
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string go_quote(std::string_view text, bool ascii) {
  std::string out = "\"";
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    const std::string_view bytes = text.substr(0, rune.length);
    text.remove_prefix(rune.length);
    constexpr std::string_view kSpecial = "\a\b\f\n\r\t\v\\\"";
    constexpr std::string_view kNames = "abfnrtv\\\"";
    const bool invalid = rune.length == 1 && rune.rune == 0xfffd;
    if (const std::size_t i = bytes.size() == 1 ? kSpecial.find(bytes[0]) : std::string_view::npos;
        i != std::string_view::npos) {
      out += '\\';
      out += kNames[i];
    } else if (invalid || rune.rune < 0x20 || rune.rune == 0x7f) {
      out += format("\\x{:02x}", static_cast<unsigned char>(bytes[0]));
    } else if (is_printable(rune.rune) && (!ascii || rune.rune < 0x80)) {
      out += bytes;
    } else {
      const auto code = static_cast<std::uint32_t>(rune.rune);
      out += code < 0x10000 ? format("\\u{:04x}", code) : format("\\U{:08x}", code);
    }
  }
  return out + '"';
}

std::string go_query_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace firedrill::templates
