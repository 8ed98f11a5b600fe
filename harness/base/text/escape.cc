#include "base/text/escape.h"

#include <algorithm>

#include "base/text/harmful.h"
#include "base/text/utf8.h"

namespace firedrill {
namespace {

std::string_view reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

// What stands for a harmful character where there is no escape for it.
std::string_view stand_in(Harm harm) {
  return harm == Harm::control || harm == Harm::line_end ? " " : kReplacementCharacter;
}

// Calls `harmless` for each stretch without a harmful character, and `harmful` for each of those.
template <typename Harmless, typename Harmful>
void walk(std::string_view text, const Harmless& harmless, const Harmful& harmful) {
  for (std::size_t at = 0;;) {
    const HarmfulCharacter found = next_harmful(text, at);
    harmless(text.substr(at, found.at - at));
    if (found.at == std::string_view::npos) return;
    harmful(found);
    at = found.at + found.length;
  }
}

// Calls `each` with every character of a text that is valid UTF-8.
template <typename Each>
void characters(std::string_view text, const Each& each) {
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, utf8_length(text[i]));
    each(character);
    i += character.size();
  }
}

// What XML allows of the harmful characters is still there for who reads the document.
std::string_view markup_of(char32_t code) {
  return code == '\n' ? "\n" : code == '\r' ? "&#13;" : code == '\t' ? "&#9;" : kReplacementCharacter;
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  RunnerCommands commands;
  const auto add = [&](std::string_view character) {
    if (commands.completed_by(character)) {
      out += character == ":" ? "&#58;" : "&#91;";
    } else if (const std::string_view name = reference(character[0]); !name.empty()) {
      out += name;
    } else {
      out += character;
    }
  };
  walk(
      text, [&](std::string_view stretch) { characters(stretch, add); },
      [&](const HarmfulCharacter& found) {
        commands.completed_by(text.substr(found.at, found.length));
        out += markup_of(found.code);
      });
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  walk(
      text, [&](std::string_view stretch) { out += stretch; },
      [&](const HarmfulCharacter& found) { out += stand_in(found.harm); });
  return out;
}

std::string harmless_lines(std::string_view text, RunnerCommands& line) {
  std::string out;
  out.reserve(text.size());
  const auto add = [&](std::string_view character) {
    if (line.completed_by(character)) out += '\\';
    out += character;
  };
  walk(
      text, [&](std::string_view stretch) { characters(stretch, add); },
      [&](const HarmfulCharacter& found) { add(found.code == '\n' ? "\n" : stand_in(found.harm)); });
  return out;
}

std::string harmless_line(std::string_view text) {
  RunnerCommands line;
  return harmless_lines(printable(text), line);
}

std::string shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:,+@%").contains(c);
  });
  if (plain) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

bool is_harmless(std::string_view text) {
  bool harmful = false;
  walk(text, [](std::string_view) {}, [&](const HarmfulCharacter& found) { harmful |= found.code != '\n'; });
  return !harmful && !holds_command(text, true);
}

}  // namespace firedrill
