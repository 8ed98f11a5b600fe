// What becomes of a text in Markdown: what it needs is escaped, and nothing else.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "reports/escape.h"

namespace firedrill::reports {
namespace {

using Cases = std::vector<std::pair<std::string, std::string>>;

TEST(MarkdownText, EscapesWhatWouldBeMarkup) {
  const Cases cases = {
      {"a|b*c\n<d>", "a\\|b\\*c &lt;d>"},
      {"[x](y) ![i](j) [r]: u [^1]", "\\[x](y) !\\[i](j) \\[r]: u \\[^1]"},
      {"**b** __b__ ~~s~~ `c`", "\\*\\*b\\*\\* \\_\\_b\\_\\_ \\~\\~s\\~\\~ \\`c\\`"},
      {"_a_ a_b_c __name__=\"x\"", "\\_a\\_ a_b_c \\_\\_name\\_\\_=\"x\""},
      {"<script>x</script> <!-- <a@b.c>", "&lt;script>x&lt;/script> &lt;!-- &lt;a@<!-- -->b.c>"},
      {"&lt; &#60; a && b", "&amp;lt; &amp;#<!-- -->60; a && b"},
      {"$x$ \\(y\\)", "\\$x\\$ \\\\(y\\\\)"},
      {"\\", "\\\\"},
      {"  a  b \r\n", "a b"},
      {"x\u202Ey\u200Bz", "x\uFFFDy\uFFFDz"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(escape_markdown(text), expected);
}

TEST(MarkdownText, BeginsNoBlock) {
  const Cases cases = {
      {"# h", "\\# h"},
      {"###", "\\###"},
      {"#", "\\#"},
      {"t ##", "t \\##"},
      {"- x", "\\- x"},
      {"+ x", "\\+ x"},
      {"* x", "\\* x"},
      {"---", "\\---"},
      {"===", "\\==="},
      {"> q", "\\> q"},
      {"1. x", "1\\. x"},
      {"12) x", "12\\) x"},
      {"    code", "code"},
      {"```x", "\\`\\`\\`x"},
      {"~~~x", "\\~\\~\\~x"},
      {":--", "\\:--"},
      {"::e::x", "\\::<!-- -->e::<!-- -->x"},
      {"\n\n# h", "\\# h"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(escape_markdown(text), expected);
}

TEST(MarkdownText, LinksMentionsAndNamesNothing) {
  const Cases cases = {
      {"@org/team", "@<!-- -->org/team"},
      {"a@b.example", "a@<!-- -->b.example"},
      {"https://x.example", "https:<!-- -->//x.example"},
      {"(WWW.x.example", "(WWW<!-- -->.x.example"},
      {"#12 o/r#3 GH-4 !5", "#<!-- -->12 o/r#<!-- -->3 GH-<!-- -->4 !<!-- -->5"},
      {"see 0123abcdef", "see 0123ab<!-- -->cdef"},
      {"0123456789abcdef0123456789abcdef01234567",
       "012345<!-- -->6789ab<!-- -->cdef01<!-- -->234567<!-- -->89abcd<!-- -->ef0123<!-- -->4567"},
      {"a:fire:b", "a:<!-- -->fire:<!-- -->b"},
      {"x :fire", "x :<!-- -->fire"},
      {":+1: :100:", ":<!-- -->+1: :<!-- -->100:"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(escape_markdown(text), expected);
}

TEST(MarkdownText, LeavesAloneWhatNeedsNothing) {
  for (const std::string text :
       {"http_requests_total is 5 < 7 and a * b", "0 % < 50 %", "-5 to +3", "2026-03-03T13:30:00Z", "13:30:00", "1.5 s",
        "it's (so) \"said\"", "pod web-7d9f8b6c5d-x2x", "1609746000", "sum by (x) (y) > 3", "a -> b", "a; b, c!", "C#",
        "rate(x) @ 5", "\\d+", "x # y", "ü – é", "a/b/c.yaml"}) {
    EXPECT_EQ(escape_markdown(text), text);
  }
}

TEST(MarkdownCode, HoldsAnything) {
  const Cases in_lines = {
      {"", ""},
      {"a|b", "`a|b`"},
      {"a`b", "``a`b``"},
      {"``", "``` `` ```"},
      {"`a", "`` `a ``"},
      {" a ", "`  a  `"},
      {"@x https://y", "`@x https://y`"},
      {"a\nb", "`a b`"},
      {"##[e]", "##\\[e]"},
  };
  for (const auto& [text, expected] : in_lines) EXPECT_EQ(markdown_code(text, CodeIn::line), expected);
  const Cases in_cells = {{"a|b", "`a\\|b`"}, {"a\\|b", "a\\\\\\|b"}, {"\\", "`\\`"}};
  for (const auto& [text, expected] : in_cells) EXPECT_EQ(markdown_code(text, CodeIn::cell), expected);
}

}  // namespace
}  // namespace firedrill::reports
