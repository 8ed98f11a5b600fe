// As much of Unicode as templates need.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace firedrill::templates {

struct Rune {
  char32_t rune = 0xfffd;  // U+FFFD for what is not UTF-8
  std::size_t length = 1;  // bytes; 0 at the end of the text
};
Rune decode_rune(std::string_view text);
void append_rune(std::string& out, char32_t rune);
std::size_t rune_count(std::string_view text);
// Its first `count` code points.
std::string_view first_runes(std::string_view text, std::size_t count);

// Letters and digits; beyond Latin, Greek and Cyrillic whatever is not known to be punctuation counts as a letter.
bool is_letter(char32_t rune);
bool is_digit(char32_t rune);
bool is_alphanumeric(char32_t rune);  // and '_'
// One code point to one, for Latin-1, Latin Extended-A, Greek and Cyrillic; others stay.
char32_t to_upper(char32_t rune);
char32_t to_title(char32_t rune);
char32_t to_lower(char32_t rune);
// The same of a whole text.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
// What Go's strconv.IsPrint says, roughly.
bool is_printable(char32_t rune);

// Go's %#U: U+0041 'A'.
std::string describe_rune(char32_t rune);

}  // namespace firedrill::templates
