#include "base/text/runner_commands.h"

#include <algorithm>
#include <array>

#include "base/text/utf8.h"

namespace firedrill {
namespace {

// What .NET's Trim removes besides the blank (runners are written in it), as far as it is no line's end.
bool is_blank(std::string_view character) {
  constexpr std::array<std::string_view, 8> kBlanks{" ", "\t", "\v", "\f", "\u00A0", "\u1680", "\u205F", "\u3000"};
  if (std::ranges::find(kBlanks, character) != kBlanks.end() || character == "\u202F") return true;
  return character >= "\u2000" && character <= "\u200A" && character.size() == 3;
}

// Selectors of a glyph: where texts are compared as people read them, they count for nothing.
bool is_selector(std::string_view character) {
  return character.size() == 3 && character >= "\uFE00" && character <= "\uFE0F";
}

bool names_command(std::string_view word) {
  return word.empty() || word == "vso" || word == "teamcity";
}

}  // namespace

bool RunnerCommands::completed_by(std::string_view character) {
  if (is_selector(character)) return false;
  if (character == "\n" || character == "\r") {
    *this = {};
    return false;
  }
  char c = character.size() == 1 ? character[0] : '\0';
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const bool of_line = c == ':' && at_start_ && colon_;
  const bool of_word = c == '[' && hashes_ == 2 && names_command(word_);
  const bool first_colon = c == ':' && at_start_ && !colon_;
  at_start_ = first_colon || (at_start_ && !colon_ && is_blank(character));
  colon_ = first_colon;
  if (c == '#') {
    hashes_ = word_.empty() ? std::min(hashes_ + 1, 2) : 1;
    word_.clear();
  } else if (hashes_ == 2 && c >= 'a' && c <= 'z' && word_.size() < std::string_view("teamcity").size()) {
    word_ += c;
  } else {
    hashes_ = 0;
    word_.clear();
  }
  return of_line || of_word;
}

bool holds_command(std::string_view text, bool at_line_start) {
  RunnerCommands commands;
  if (!at_line_start) commands.completed_by("\"");
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, utf8_length(text[i]));
    if (commands.completed_by(character)) return true;
    i += character.size();
  }
  return false;
}

}  // namespace firedrill
