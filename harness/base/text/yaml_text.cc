#include "base/text/yaml_text.h"

#include <algorithm>
#include <array>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/harmful.h"
#include "base/text/runner_commands.h"
#include "base/text/utf8.h"

namespace firedrill {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Texts that some reader takes for a boolean or for nothing.
constexpr std::array<std::string_view, 9> kWords{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};

bool is_word(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::ranges::find(kWords, lower) != kWords.end();
}

bool is_plain(std::string_view text) {
  if (text.empty() || !(is_letter(text.front()) || text.front() == '_') || is_word(text)) return false;
  if (text.back() == ' ' || text.back() == ':' || text.find(": ") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || std::string_view("_ ./:-").find(c) != std::string_view::npos;
  });
}

bool has_special(std::string_view text) {
  return next_harmful(text).at != std::string_view::npos || holds_command(text, false);
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  RunnerCommands commands;
  commands.completed_by(out);
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view character = text.substr(i, utf8_length(text[i]));
    if (const HarmfulCharacter harmful = next_harmful(character); harmful.at == 0) {
      const auto code = static_cast<unsigned>(harmful.code);
      out += harmful.harm == Harm::no_text ? std::string(kReplacementCharacter)
             : code == '\n'                ? "\\n"
             : code > 0xFFFF               ? format("\\U{:08x}", code)
                                           : format("\\u{:04x}", code);
      i += harmful.length;
      continue;
    }
    if (commands.completed_by(character)) {
      out += "\\x5b";
    } else {
      if (character == "\"" || character == "\\") out += '\\';
      out += character;
    }
    i += character.size();
  }
  return out + "\"";
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  if (has_special(text)) return double_quoted(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string yaml_block(std::string_view text, std::size_t indent) {
  constexpr std::string_view kBlank = " \n";
  const bool ragged = text.empty() || kBlank.find(text.front()) != std::string_view::npos ||
                      kBlank.find(text.back()) != std::string_view::npos;
  if (ragged || !is_harmless(text)) return yaml_scalar(text);
  std::string out = "|-";
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    out += '\n';
    if (!line.empty()) out += std::string(indent, ' ') + std::string(line);
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace firedrill
