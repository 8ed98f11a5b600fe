#include "promql/parse/text.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/utf8.h"

namespace firedrill::promql {
namespace {

unsigned decode(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(character[i])); };
  switch (character.size()) {
    case 1:
      return byte(0) < 0x80 ? byte(0) : 0xfffd;
    case 2:
      return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3:
      return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    case 4:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    default:
      return 0xfffd;
  }
}

std::string_view character_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text.substr(at, character_length(text, at)) : std::string_view();
}

}  // namespace

int digit_value(int c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::size_t character_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length == 1 || at + length > text.size()) return 1;
  return first_invalid_utf8(text.substr(at, length)) == std::string_view::npos ? length : 1;
}

std::string quote_character(std::string_view text, std::size_t at) {
  const std::string_view character = character_at(text, at);
  const unsigned code = decode(character);
  if (code == '\'') return "'\\''";
  if (code == '"') return "'\"'";
  if (code == 0xfffd) return "'\xef\xbf\xbd'";
  const std::string quoted = model::quote(character);
  return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

std::string name_character(std::string_view text, std::size_t at) {
  return format("U+{:04X} {}", decode(character_at(text, at)), quote_character(text, at));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += character_length(text, end);
  return text.substr(0, end);
}

void append_utf8(std::string& out, unsigned c) {
  const auto add = [&](unsigned byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xc0 | c >> 6), add(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    add(0xe0 | c >> 12), add(0x80 | (c >> 6 & 0x3f)), add(0x80 | (c & 0x3f));
  } else {
    add(0xf0 | c >> 18), add(0x80 | (c >> 12 & 0x3f)), add(0x80 | (c >> 6 & 0x3f)), add(0x80 | (c & 0x3f));
  }
}

}  // namespace firedrill::promql
