// Small matters of characters that the lexer and its messages share.
#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"

namespace firedrill::promql {

inline bool is_digit(int c) {
  return c >= '0' && c <= '9';
}
inline bool is_alpha(int c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// Of a hexadecimal digit; 16 for anything else.
int digit_value(int c);
std::string lower_case(std::string_view text);

// Bytes of the UTF-8 character at `at` (1 if there is none or it is invalid).
std::size_t character_length(std::string_view text, std::size_t at);
// The character at `at` in single quotes, as Go's %q of a rune: 'x', '\n', 'é'; U+FFFD if invalid or at the end.
std::string quote_character(std::string_view text, std::size_t at);
// As Go's %#U: U+0071 'q'.
std::string name_character(std::string_view text, std::size_t at);
std::string_view first_characters(std::string_view text, std::size_t count);
// Appends the code point in UTF-8.
void append_utf8(std::string& out, unsigned code_point);

}  // namespace firedrill::promql
