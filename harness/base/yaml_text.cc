#include "base/yaml_text.h"

#include <algorithm>
#include <array>

#include "base/format.h"

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

// How many bytes at `at` make a character that must be escaped: control characters, and those that readers take for a
// line's end or a byte order mark. 0 if none.
std::size_t special_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  if (byte(at) < 0x20 || byte(at) == 0x7f) return 1;
  if (byte(at) == 0xc2 && byte(at + 1) >= 0x80 && byte(at + 1) < 0xa0) return 2;          // U+0080 to U+009F
  if (byte(at) == 0xe2 && byte(at + 1) == 0x80 && (byte(at + 2) | 1U) == 0xa9) return 3;  // U+2028, U+2029
  if (byte(at) == 0xef && byte(at + 1) == 0xbb && byte(at + 2) == 0xbf) return 3;         // U+FEFF
  if (byte(at) == 0xef && byte(at + 1) == 0xbf && byte(at + 2) >= 0xbe) return 3;         // U+FFFE, U+FFFF
  return 0;
}

bool has_special(std::string_view text, bool line_ends_too) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (special_length(text, i) > 0 && (line_ends_too || text[i] != '\n')) return true;
  }
  return false;
}

unsigned code_point(std::string_view bytes) {
  const auto low = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]) & 0x3fU; };
  if (bytes.size() == 1) return static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 2) return (static_cast<unsigned char>(bytes[0]) & 0x1fU) << 6 | low(1);
  return (static_cast<unsigned char>(bytes[0]) & 0x0fU) << 12 | low(1) << 6 | low(2);
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t length = special_length(text, i); text[i] == '\n') {
      out += "\\n";
    } else if (length > 0) {
      out += format("\\u{:04x}", code_point(text.substr(i, length)));
      i += length - 1;
    } else {
      if (text[i] == '"' || text[i] == '\\') out += '\\';
      out += text[i];
    }
  }
  return out + "\"";
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  if (has_special(text, true)) return double_quoted(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string yaml_block(std::string_view text, std::size_t indent) {
  constexpr std::string_view kBlank = " \n";
  const bool ragged = text.empty() || kBlank.find(text.front()) != std::string_view::npos ||
                      kBlank.find(text.back()) != std::string_view::npos;
  if (ragged || has_special(text, false)) return yaml_scalar(text);
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
