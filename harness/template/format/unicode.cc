#include "template/format/unicode.h"

#include <cstdint>

#include "base/text/format.h"

namespace firedrill::templates {
namespace {

constexpr char32_t kReplacement = 0xfffd;

bool between(char32_t rune, char32_t low, char32_t high) {
  return rune >= low && rune <= high;
}

}  // namespace

Rune decode_rune(std::string_view text) {
  if (text.empty()) return {kReplacement, 0};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < length) return {};
  char32_t rune = byte(0) & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    rune = (rune << 6) | (byte(i) & 0x3f);
  }
  const char32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  if (rune < least || rune > 0x10ffff || between(rune, 0xd800, 0xdfff)) return {};
  return {rune, length};
}

void append_rune(std::string& out, char32_t rune) {
  if (rune > 0x10ffff || between(rune, 0xd800, 0xdfff)) rune = kReplacement;
  if (rune < 0x80) {
    out += static_cast<char>(rune);
    return;
  }
  const int more = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
  constexpr unsigned char kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(kLead[more] | (rune >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | ((rune >> (6 * i)) & 0x3f));
}

std::size_t rune_count(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(decode_rune(text).length);
  return count;
}

std::string_view first_runes(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += decode_rune(text.substr(end)).length;
  return text.substr(0, end);
}

bool is_letter(char32_t rune) {
  if (rune < 0x80) return between(rune | 0x20, 'a', 'z');
  if (rune < 0xc0) return rune == 0xaa || rune == 0xb5 || rune == 0xba;
  if (rune == 0xd7 || rune == 0xf7 || rune == kReplacement) return false;
  return !between(rune, 0x2000, 0x2bff) && !between(rune, 0x3000, 0x3004) && !between(rune, 0x3008, 0x3020) &&
         !between(rune, 0xe000, 0xf8ff) && !between(rune, 0xfe00, 0xfe6f) && !between(rune, 0xff01, 0xff20) &&
         !between(rune, 0x1f000, 0x1faff);
}

bool is_digit(char32_t rune) {
  return between(rune, '0', '9');
}

bool is_alphanumeric(char32_t rune) {
  return rune == '_' || is_digit(rune) || is_letter(rune);
}

char32_t to_upper(char32_t rune) {
  if (between(rune, 'a', 'z')) return rune - 32;
  if (rune < 0x80) return rune;
  if (rune == 0xb5) return 0x39c;
  if (rune == 0xff) return 0x178;
  if (between(rune, 0xe0, 0xfe) && rune != 0xf7) return rune - 32;
  if (between(rune, 0x100, 0x137) || between(rune, 0x14a, 0x177)) return rune == 0x131 ? 'I' : rune & ~char32_t{1};
  if (between(rune, 0x139, 0x148) || between(rune, 0x179, 0x17e)) return (rune & 1) == 0 ? rune - 1 : rune;
  if (between(rune, 0x3b1, 0x3c9)) return rune == 0x3c2 ? 0x3a3 : rune - 32;
  if (between(rune, 0x430, 0x44f)) return rune - 32;
  if (between(rune, 0x450, 0x45f)) return rune - 80;
  return rune;
}

// The letters that are two have a case of their own.
char32_t to_title(char32_t rune) {
  if (between(rune, 0x1c4, 0x1cc)) return 0x1c5 + (rune - 0x1c4) / 3 * 3;
  return between(rune, 0x1f1, 0x1f3) ? 0x1f2 : to_upper(rune);
}

char32_t to_lower(char32_t rune) {
  if (between(rune, 'A', 'Z')) return rune + 32;
  if (rune < 0x80) return rune;
  if (rune == 0x178) return 0xff;
  if (between(rune, 0xc0, 0xde) && rune != 0xd7) return rune + 32;
  if (between(rune, 0x100, 0x137) || between(rune, 0x14a, 0x177)) return rune == 0x130 ? 'i' : rune | 1;
  if (between(rune, 0x139, 0x148) || between(rune, 0x179, 0x17e)) return (rune & 1) == 1 ? rune + 1 : rune;
  if (between(rune, 0x391, 0x3a9) && rune != 0x3a2) return rune + 32;
  if (between(rune, 0x410, 0x42f)) return rune + 32;
  if (between(rune, 0x400, 0x40f)) return rune + 80;
  return rune;
}

bool is_printable(char32_t rune) {
  if (rune < 0x7f) return rune >= 0x20;
  if (rune < 0xa1 || rune == 0xad) return false;
  if (between(rune, 0x2000, 0x200f) || between(rune, 0x2028, 0x202f) || between(rune, 0x205f, 0x206f)) return false;
  return rune != 0x3000 && !between(rune, 0xd800, 0xf8ff) && rune != 0xfeff && !between(rune, 0xfff0, 0xfffb);
}

std::string describe_rune(char32_t rune) {
  std::string out = format("U+{:04X}", static_cast<std::uint32_t>(rune));
  if (is_printable(rune)) {
    out += " '";
    append_rune(out, rune);
    out += "'";
  }
  return out;
}

namespace {

template <typename Convert>
std::string converted(std::string_view text, Convert convert) {
  std::string out;
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    append_rune(out, convert(rune.rune));
    text.remove_prefix(rune.length);
  }
  return out;
}

}  // namespace

std::string to_upper(std::string_view text) {
  return converted(text, [](char32_t rune) { return to_upper(rune); });
}

std::string to_lower(std::string_view text) {
  return converted(text, [](char32_t rune) { return to_lower(rune); });
}

}  // namespace firedrill::templates
