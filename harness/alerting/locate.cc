// Finding a place of a scalar's value in the file that it was written in. The value and its source are walked side by
// side: what is white space in one may be any white space in the other (folded lines, indentation), and quotes may have
// been escaped in the source.
#include <algorithm>

#include "alerting/rule_file.h"

namespace firedrill::alerting {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The byte offset of a position; the end of the source if there is no such place.
std::size_t offset_of(const Position& where) {
  const std::string& text = where.source->text;
  std::size_t offset = 0;
  for (std::size_t line = 1; line < where.line; ++line) {
    const std::size_t newline = text.find('\n', offset);
    if (newline == std::string::npos) return text.size();
    offset = newline + 1;
  }
  for (std::size_t column = 1; column < where.column && offset < text.size(); ++column) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xc0) == 0x80) ++offset;
  }
  return offset;
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// Behind an opening quote or a block scalar's header.
std::size_t first_content(std::string_view source, std::size_t at) {
  if (at >= source.size()) return at;
  if (source[at] == '"' || source[at] == '\'') return at + 1;
  if (source[at] == '|' || source[at] == '>') at = std::min(source.find('\n', at), source.size());
  return skip_spaces(source, at);
}

}  // namespace

Position locate(const Text& text, std::size_t offset, std::size_t length) {
  if (!text.where.source || text.where.line == 0) return text.where;
  const std::string_view value = text.value;
  const std::string_view source = text.where.source->text;
  // The end of a value is the end of its last word, not the line below a block scalar.
  offset = std::min(offset, value.find_last_not_of(" \t\r\n") + 1);
  std::size_t i = skip_spaces(value, 0);
  std::size_t j = first_content(source, offset_of(text.where));
  while (i < offset) {
    if (j >= source.size()) return text.where;
    if (is_space(value[i])) {
      if (!is_space(source[j])) return text.where;
      j = skip_spaces(source, j);
      i = std::min(skip_spaces(value, i), offset);
    } else if (value[i] == source[j]) {
      ++i;
      ++j;
    } else if (source[j] == '\\' || source[j] == '\'') {
      ++j;
    } else {
      return text.where;
    }
  }
  Position found = position_at(text.where.source, std::min(j, source.size()), 1);
  // Carets under one line only.
  const std::size_t end_of_line = std::min(source.find('\n', j), source.size());
  found.length = std::max<std::size_t>(1, std::min(length, end_of_line - std::min(j, end_of_line)));
  return found;
}

}  // namespace firedrill::alerting
