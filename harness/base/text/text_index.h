// Lines and columns of a text's bytes, found without reading the text again: a file may be one line of a megabyte.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace firedrill {

class TextIndex {
 public:
  // The text must outlive the index. A byte order mark at its beginning belongs to no line.
  explicit TextIndex(std::string_view text);

  struct Place {
    std::size_t line;    // from 1
    std::size_t column;  // from 1, in code points
  };
  // Of a byte offset, clamped to the text.
  Place place(std::size_t offset) const;
  // The byte offset of a place; the end of the text if there is no such line, or the line is shorter by far.
  std::size_t offset(Place place) const;
  // Between two offsets, the first not behind the second.
  std::size_t code_points(std::size_t from, std::size_t to) const { return before(to) - before(from); }

 private:
  std::size_t before(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::vector<std::size_t> marks_;  // code points before every so many bytes
};

}  // namespace firedrill
