// Characters that a text from outside must not bring into a terminal, a log or an editor as they are: they act on the
// screen, begin lines, make a text read as another one, or hide in it.
#pragma once

#include <cstddef>
#include <string_view>

namespace firedrill {

enum class Harm {
  line_end,   // line feed, carriage return, and what some readers take for a line's end: U+0085, U+2028, U+2029
  control,    // the rest of C0 (the tab too), DEL, the rest of C1
  direction,  // turns the direction of writing (UAX #9)
  hidden,     // takes no room: zero-width characters, the byte order mark, tags, fillers; and what is no character
  no_text,    // a byte that is not UTF-8
};

// U+FFFD, which stands for what cannot be shown.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

struct HarmfulCharacter {
  std::size_t at = std::string_view::npos;
  std::size_t length = 0;  // in bytes
  Harm harm = Harm::no_text;
  char32_t code = 0;  // 0 of a byte that is not UTF-8
};

// The first harmful character at or after `from`; its place is npos if there is none.
HarmfulCharacter next_harmful(std::string_view text, std::size_t from = 0);

}  // namespace firedrill
