// Words of protocols, whose letters are ASCII whatever the locale: header names, codings, boundaries.
#pragma once

#include <algorithm>
#include <string_view>

namespace firedrill::ascii {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// But for the case of their letters.
constexpr bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Without the spaces, tabs and whatever else is given around it.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") {
  const auto from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

}  // namespace firedrill::ascii
