#include "base/text/format.h"
#include "base/text/harmful.h"
#include "base/text/json.h"
#include "base/text/runner_commands.h"
#include "base/text/utf8.h"

namespace firedrill {
namespace {

// Whether the byte can be copied without a look at what stands around it: nearly all bytes of nearly all texts.
constexpr bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '#';
}

void append_code_unit(char32_t unit, std::string& out) {
  out += format("\\u{:04x}", static_cast<unsigned>(unit));
}

void append_escaped(char32_t code, std::string& out) {
  switch (code) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (code > 0xFFFF) {
        append_code_unit(0xD800 + ((code - 0x10000) >> 10), out);
        append_code_unit(0xDC00 + ((code - 0x10000) & 0x3FF), out);
      } else {
        append_code_unit(code, out);
      }
  }
}

// Appends the character that stands at `i`, and gives its length in the text.
std::size_t append_character(std::string_view text, std::size_t i, std::string& out) {
  const std::string_view character = text.substr(i, utf8_length(text[i]));
  if (const HarmfulCharacter harmful = next_harmful(character); harmful.at == 0) {
    if (harmful.harm == Harm::no_text) {
      out += kReplacementCharacter;
    } else {
      append_escaped(harmful.code, out);
    }
    return harmful.length;
  }
  if (text[i] == '"' || text[i] == '\\') {
    append_escaped(static_cast<char32_t>(text[i]), out);
  } else {
    out += character;
  }
  return character.size();
}

// Of a text that begins with the first sign of which a runner's command might.
void append_carefully(std::string_view text, std::string& out) {
  RunnerCommands commands;
  commands.completed_by("\"");
  for (std::size_t i = 0; i < text.size();) {
    if (commands.completed_by(text.substr(i, utf8_length(text[i])))) {
      append_code_unit(static_cast<unsigned char>(text[i]), out);
      ++i;
    } else {
      i += append_character(text, i, out);
    }
  }
}

}  // namespace

void append_json_text(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_plain(text[end])) ++end;
    out += text.substr(i, end - i);
    if (end == text.size()) return;
    if (text[end] == '#') return append_carefully(text.substr(end), out);
    i = end + append_character(text, end, out);
  }
}

std::string escape_json(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_json_text(text, out);
  return out;
}

}  // namespace firedrill
