#include "base/escape.h"

#include "base/files.h"

namespace firedrill {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool forbidden(unsigned char c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

// U+FFFE and U+FFFF are valid UTF-8 but no characters of XML.
bool noncharacter(std::string_view rest) {
  return rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
}

// Bytes of the line or paragraph separator that the text begins with.
std::size_t separator(std::string_view rest) {
  if (rest.starts_with("\xC2\x85")) return 2;
  return rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9") ? 3 : 0;
}

// Bytes of the character that the text begins with if it turns the direction of writing (UAX #9): U+061C, U+200E,
// U+200F, U+202A to U+202E, U+2066 to U+2069. With them a text can be made to read as another one.
std::size_t direction_mark(std::string_view rest) {
  if (rest.starts_with("\xD8\x9C")) return 2;
  if (rest.size() < 3) return 0;
  const auto last = static_cast<unsigned char>(rest[2]);
  if (rest.starts_with("\xE2\x80")) return last == 0x8E || last == 0x8F || (last >= 0xAA && last <= 0xAE) ? 3 : 0;
  if (rest.starts_with("\xE2\x81")) return last >= 0xA6 && last <= 0xA9 ? 3 : 0;
  return 0;
}

// Calls `valid` for each stretch of valid UTF-8, and puts the replacement in the place of every other byte.
template <typename Append>
std::string mend(std::string_view text, const Append& valid) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t bad = first_invalid_utf8(text);
    valid(text.substr(0, bad), out);
    if (bad == std::string_view::npos) break;
    out += kReplacement;
    text.remove_prefix(bad + 1);
  }
  return out;
}

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

void append_markup(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const std::size_t mark = direction_mark(rest);
    if (const std::string_view name = reference(text[i]); !name.empty()) {
      out += name;
    } else if (mark > 0 || noncharacter(rest)) {
      out += kReplacement;
      i += mark > 0 ? mark - 1 : 2;
    } else if (forbidden(static_cast<unsigned char>(text[i]))) {
      out += kReplacement;
    } else {
      out += text[i];
    }
  }
}

void append_printable(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    const auto c = static_cast<unsigned char>(text[i]);
    if (const std::size_t mark = direction_mark(rest); mark > 0) {
      out += kReplacement;
      i += mark - 1;
    } else if (const std::size_t length = separator(rest); length > 0) {
      out += ' ';
      i += length - 1;
    } else {
      out += c < 0x20 || c == 0x7f ? ' ' : text[i];
    }
  }
}

}  // namespace

std::string escape_markup(std::string_view text) {
  return mend(text, append_markup);
}

std::string printable(std::string_view text) {
  return mend(text, append_printable);
}

}  // namespace firedrill
