// Finding a place of a scalar's value in the file that it was written in. The value and its source are walked side by
// side: what is white space in one may be any white space in the other (folded lines, indentation), and quotes may have
// been escaped in the source.
#include <algorithm>

#include "alerting/rule_file.h"
#include "base/text/text_index.h"

namespace firedrill::alerting {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
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
  std::size_t j = first_content(source, text.where.source->index().offset({text.where.line, text.where.column}));
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
  j = std::min(j, source.size());
  // Carets under one line only.
  const std::string_view marked = source.substr(j, length);
  return position_at(text.where.source, j, std::min(marked.find('\n'), marked.size()));
}

}  // namespace firedrill::alerting
