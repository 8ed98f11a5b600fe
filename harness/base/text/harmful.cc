#include "base/text/harmful.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text/utf8.h"

namespace firedrill {
namespace {

struct Range {
  char32_t first, last;
  Harm harm;
};

// Ascending. The selectors U+FE00 to U+FE0F, which tell an emoji from a sign, hide nothing worth the harm of losing
// them.
constexpr std::array kHarmful{
    Range{0x0000, 0x0009, Harm::control},   Range{0x000A, 0x000A, Harm::line_end},
    Range{0x000B, 0x000C, Harm::control},   Range{0x000D, 0x000D, Harm::line_end},
    Range{0x000E, 0x001F, Harm::control},   Range{0x007F, 0x0084, Harm::control},
    Range{0x0085, 0x0085, Harm::line_end},  Range{0x0086, 0x009F, Harm::control},
    Range{0x00AD, 0x00AD, Harm::hidden},     // soft hyphen
    Range{0x034F, 0x034F, Harm::hidden},     // combining grapheme joiner
    Range{0x061C, 0x061C, Harm::direction},  // Arabic letter mark
    Range{0x115F, 0x1160, Harm::hidden},     // Hangul fillers
    Range{0x17B4, 0x17B5, Harm::hidden},     // Khmer inherent vowels
    Range{0x180B, 0x180F, Harm::hidden},     // Mongolian selectors and vowel separator
    Range{0x200B, 0x200D, Harm::hidden},     // zero-width space, non-joiner, joiner
    Range{0x200E, 0x200F, Harm::direction}, Range{0x2028, 0x2029, Harm::line_end},
    Range{0x202A, 0x202E, Harm::direction}, Range{0x2060, 0x2065, Harm::hidden},  // word joiner, invisible operators
    Range{0x2066, 0x2069, Harm::direction}, Range{0x206A, 0x206F, Harm::hidden},
    Range{0x3164, 0x3164, Harm::hidden},    // Hangul filler
    Range{0xFDD0, 0xFDEF, Harm::hidden},    // no characters
    Range{0xFEFF, 0xFEFF, Harm::hidden},    // byte order mark
    Range{0xFFA0, 0xFFA0, Harm::hidden},    // Hangul filler of half width
    Range{0xFFF0, 0xFFFB, Harm::hidden},    // annotation
    Range{0xFFFE, 0xFFFF, Harm::hidden},    // no characters
    Range{0x1BCA0, 0x1BCA3, Harm::hidden},  // shorthand controls
    Range{0x1D173, 0x1D17A, Harm::hidden},  // musical controls
    Range{0xE0000, 0xE0FFF, Harm::hidden},  // tags, more selectors: a whole alphabet that nobody sees
};

std::optional<Harm> harm_of(char32_t code) {
  const auto range = std::ranges::lower_bound(kHarmful, code, {}, &Range::last);
  if (range != kHarmful.end() && code >= range->first) return range->harm;
  if (code > 0xFFFF && (code & 0xFFFE) == 0xFFFE) return Harm::hidden;  // no characters
  return std::nullopt;
}

char32_t decoded(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t code = lead & (0x7FU >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

}  // namespace

HarmfulCharacter next_harmful(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size();) {
    if (text[i] >= 0x20 && text[i] < 0x7F) {
      ++i;
      continue;
    }
    const std::string_view character = text.substr(i, utf8_length(text[i]));
    if (first_invalid_utf8(character) != std::string_view::npos) return {i, 1, Harm::no_text, 0};
    const char32_t code = decoded(character);
    if (const auto harm = harm_of(code)) return {i, character.size(), *harm, code};
    i += character.size();
  }
  return {};
}

}  // namespace firedrill
