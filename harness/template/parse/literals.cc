#include "template/parse/literals.h"

#include <algorithm>
#include <charconv>

#include "base/maths.h"
#include "base/text/numbers.h"
#include "model/labels.h"
#include "template/format/unicode.h"

namespace firedrill::templates {
namespace {

// What follows a backslash: a code point, or a byte for \x and octal escapes.
struct Escape {
  char32_t value = 0;
  bool byte = false;
};

std::optional<char32_t> digits(std::string_view& text, std::size_t count, int base) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, value, base);
  if (error != std::errc() || end != text.data() + count) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

std::optional<Escape> read_escape(std::string_view& text, char quote) {
  if (text.empty()) return std::nullopt;
  const char c = text.front();
  if (c >= '0' && c <= '7') {
    const auto value = digits(text, 3, 8);
    return value && *value <= 255 ? std::optional(Escape{*value, true}) : std::nullopt;
  }
  text.remove_prefix(1);
  constexpr std::string_view kNames = "abfnrtv\\";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
  if (const std::size_t i = kNames.find(c); i != std::string_view::npos) {
    return Escape{static_cast<unsigned char>(kValues[i])};
  }
  if (c == quote) return Escape{static_cast<unsigned char>(c)};
  const std::size_t count = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (count == 0) return std::nullopt;
  const auto value = digits(text, count, 16);
  if (!value) return std::nullopt;
  const bool surrogate = *value >= 0xd800 && *value <= 0xdfff;
  if (count > 2 && (*value > 0x10ffff || surrogate)) return std::nullopt;
  return Escape{*value, count == 2};
}

// Go's underscores: between digits, or behind a base prefix.
std::optional<std::string> without_underscores(std::string_view text) {
  if (text.find('_') == std::string_view::npos) return std::string(text);
  const std::size_t sign = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  const std::string_view body = text.substr(sign);
  const bool prefixed = body.size() > 1 && body[0] == '0' && std::string_view("xXoObB").find(body[1]) != body.npos;
  if (!prefixed && body.find_first_of(".eE") != std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
      continue;
    }
    const bool doubled = i + 1 == text.size() || text[i + 1] == '_' || i == sign;
    if (doubled) return std::nullopt;
  }
  return out;
}

std::optional<std::int64_t> whole(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = text[1];
    base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
    text.remove_prefix(base != 8 || mark == 'o' || mark == 'O' ? 2 : 1);
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  const std::uint64_t limit = (std::uint64_t{1} << 63) - (negative ? 0 : 1);
  if (magnitude > limit) return std::nullopt;
  return static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude);
}

std::expected<void, std::string> read_character(std::string_view text, Node& node) {
  const auto malformed = [&] { return std::unexpected("malformed character constant: " + std::string(text)); };
  std::string_view body = text.substr(1);
  if (body == "'") return std::unexpected(std::string("invalid syntax"));
  if (body.starts_with('\\')) {
    body.remove_prefix(1);
    const auto escape = read_escape(body, '\'');
    if (!escape) return std::unexpected(std::string("invalid syntax"));
    node.integer = escape->value;
  } else {
    const Rune rune = decode_rune(body);
    node.integer = rune.rune;
    body.remove_prefix(rune.length);
  }
  if (body != "'") return malformed();
  node.is_integer = node.is_float = true;
  node.number = static_cast<double>(node.integer);
  return {};
}

}  // namespace

std::optional<std::string> unquote(std::string_view quoted) {
  const char quote = quoted.front();
  std::string_view body = quoted.substr(1, quoted.size() - 2);
  std::string out;
  if (quote == '`') {
    std::ranges::copy_if(body, std::back_inserter(out), [](char c) { return c != '\r'; });
    return out;
  }
  while (!body.empty()) {
    const char c = body.front();
    if (c != '\\') {
      out += c;
      body.remove_prefix(1);
      continue;
    }
    body.remove_prefix(1);
    const auto escape = read_escape(body, quote);
    if (!escape) return std::nullopt;
    if (escape->byte) {
      out += static_cast<char>(escape->value);
    } else {
      append_rune(out, escape->value);
    }
  }
  return out;
}

std::expected<void, std::string> read_number(std::string_view text, bool character, Node& node) {
  if (character) return read_character(text, node);
  const auto illegal = [&] { return std::unexpected("illegal number syntax: " + model::quote(text)); };
  if (text.ends_with('i')) return std::unexpected("a complex constant is not evaluated here: " + model::quote(text));
  const std::optional<std::string> plain = without_underscores(text);
  if (!plain) return illegal();
  const bool hexadecimal = plain->find_first_of("xX") != std::string::npos;
  if (const auto integer = whole(*plain)) {
    node.is_integer = node.is_float = true;
    node.integer = *integer;
    node.number = static_cast<double>(*integer);
    return {};
  }
  const auto number = parse_float(*plain);
  if (!number || maths::is_inf(*number)) return illegal();
  if (plain->find_first_of(".eEpP") == std::string::npos) {
    return std::unexpected("integer overflow: " + model::quote(text));
  }
  node.is_float = true;
  node.number = *number;
  node.floating = !hexadecimal || plain->find_first_of("pP") != std::string::npos;
  if (maths::trunc(*number) == *number && *number >= -9.2e18 && *number <= 9.2e18) {
    node.is_integer = true;
    node.integer = static_cast<std::int64_t>(*number);
  }
  return {};
}

}  // namespace firedrill::templates
