#include "base/text/text_index.h"

#include <algorithm>

namespace firedrill {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMarkEvery = 1024;

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

}  // namespace

TextIndex::TextIndex(std::string_view text) : text_(text) {
  line_starts_.push_back(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % kMarkEvery == 0) marks_.push_back(count);
    if (text[i] == '\n') line_starts_.push_back(i + 1);
    count += starts_code_point(text[i]) ? 1 : 0;
  }
}

std::size_t TextIndex::before(std::size_t offset) const {
  if (offset == 0 || marks_.empty()) return 0;
  const std::size_t mark = std::min(offset / kMarkEvery, marks_.size() - 1);
  const std::string_view rest = text_.substr(mark * kMarkEvery, offset - mark * kMarkEvery);
  return marks_[mark] + static_cast<std::size_t>(std::ranges::count_if(rest, starts_code_point));
}

TextIndex::Place TextIndex::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::ranges::upper_bound(line_starts_, offset);
  const std::size_t line = after == line_starts_.begin() ? 1 : static_cast<std::size_t>(after - line_starts_.begin());
  const std::size_t start = std::min(line_starts_[line - 1], offset);
  return {line, code_points(start, offset) + 1};
}

std::size_t TextIndex::offset(Place place) const {
  if (place.line == 0 || place.line > line_starts_.size()) return text_.size();
  const std::size_t start = line_starts_[place.line - 1];
  if (place.column <= 1) return start;
  // The code point that so many stand before: behind the last mark that counts no more, or behind the line's start.
  const std::size_t wanted = before(start) + place.column - 1;
  const auto after = std::ranges::upper_bound(marks_, wanted);
  const std::size_t mark = after == marks_.begin() ? 0 : static_cast<std::size_t>(after - marks_.begin()) - 1;
  std::size_t at = std::max(start, mark * kMarkEvery);
  std::size_t count = mark * kMarkEvery > start ? marks_[mark] : wanted - (place.column - 1);
  for (; at < text_.size(); ++at) {
    if (!starts_code_point(text_[at])) continue;
    if (count == wanted) break;
    ++count;
  }
  return at;
}

}  // namespace firedrill
