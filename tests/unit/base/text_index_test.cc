// Lines and columns are found the same way whatever the text, and without reading it again for each.
#include "base/text/text_index.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/diagnostic.h"

namespace firedrill {
namespace {

// Code points of one to four bytes, lines short and long, some of them empty.
std::string varied_text() {
  const std::vector<std::string> letters = {"a", "é", "€", "😀", "z"};
  std::string text;
  for (std::size_t i = 0; i < 4000; ++i) {
    text += letters[i * 7 % letters.size()];
    if (i % 97 == 0 || i % 1500 < 2) text += '\n';
  }
  return text;
}

TEST(TextIndex, FindsAByteByItsPlaceAndAPlaceByItsByte) {
  const std::string text = varied_text();
  const TextIndex index(text);
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    const TextIndex::Place place = index.place(i);
    ASSERT_EQ(place.line, line) << i;
    ASSERT_EQ(place.column, column) << i;
    ASSERT_EQ(index.offset(place), i);
    ++column;
    if (text[i] == '\n') {
      ++line;
      column = 1;
    }
  }
}

TEST(TextIndex, TakesPlacesThatTheTextDoesNotHave) {
  const TextIndex index("ab\ncd");
  EXPECT_EQ(index.offset({0, 1}), 5u);
  EXPECT_EQ(index.offset({3, 1}), 5u);
  EXPECT_EQ(index.offset({2, 9}), 5u);
  EXPECT_EQ(TextIndex("").offset({1, 1}), 0u);
  EXPECT_EQ(TextIndex("").offset({1, 5}), 0u);
}

TEST(TextIndex, CountsNoByteOrderMark) {
  const auto source = make_source("x", "\xEF\xBB\xBFgroups: 1\n");
  const Position where = position_at(source, 3, 6);
  EXPECT_EQ(where.column, 1u);
  EXPECT_EQ(render(Diagnostic{Severity::error, where, "odd", ""}),
            "x:1:1: error: odd\n    1 | groups: 1\n      | ^^^^^^\n");
}

// A text read again for each of them would be read for minutes.
TEST(TextIndex, ManyPlacesOfALargeTextAreFoundAtOnce) {
  std::string text;
  for (std::size_t i = 0; i < 100'000; ++i) text += "- expr: m >> 1\n";
  text += std::string(1'500'000, 'x');
  const auto source = make_source("x", text);
  std::size_t shown = 0;
  for (std::size_t i = 0; i < text.size(); i += 15) {
    const Diagnostic found{Severity::error, position_at(source, i, 5), "odd", ""};
    ASSERT_EQ(found.where.line, std::min<std::size_t>(i / 15, 100'000) + 1);
    if (i % 150 == 0) shown += render(found).size();
  }
  EXPECT_GT(shown, 0u);
}

}  // namespace
}  // namespace firedrill
