// Harmful characters and runners' commands, and what each form of output makes of them.
#include "base/text/escape.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text/harmful.h"
#include "base/text/json.h"
#include "base/text/yaml_text.h"

namespace firedrill {
namespace {

using namespace std::string_literals;

struct Case {
  std::string text;
  std::string printed;  // as one line
  std::string markup;
  std::string json;
  std::string yaml;
};

const std::vector<Case> kCases = {
    {"plain", "plain", "plain", "plain", "plain"},
    {"größer → ⚠️", "größer → ⚠️", "größer → ⚠️", "größer → ⚠️", "'größer → ⚠️'"},
    {"<a href=\"x\">&'</a>", "<a href=\"x\">&'</a>", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;",
     "<a href=\\\"x\\\">&'</a>", "'<a href=\"x\">&''</a>'"},
    {"one\r\n\ttwo", "one   two", "one&#13;\n&#9;two", "one\\r\\n\\ttwo", "\"one\\u000d\\n\\u0009two\""},
    {"\x1b[31mred", " [31mred", "\uFFFD[31mred", "\\u001b[31mred", "\"\\u001b[31mred\""},
    {"a\0b\x7f"s, "a b ", "a\uFFFDb\uFFFD", "a\\u0000b\\u007f", "\"a\\u0000b\\u007f\""},
    {"a\u0085\u009bz", "a  z", "a\uFFFD\uFFFDz", "a\\u0085\\u009bz", "\"a\\u0085\\u009bz\""},
    {"a\u2028\u2029z", "a  z", "a\uFFFD\uFFFDz", "a\\u2028\\u2029z", "\"a\\u2028\\u2029z\""},
    {"pass\u202Eliaf", "pass\uFFFDliaf", "pass\uFFFDliaf", "pass\\u202eliaf", "\"pass\\u202eliaf\""},
    {"z\u200Bw\uFEFF", "z\uFFFDw\uFFFD", "z\uFFFDw\uFFFD", "z\\u200bw\\ufeff", "\"z\\u200bw\\ufeff\""},
    {"t\U000E0041", "t\uFFFD", "t\uFFFD", "t\\udb40\\udc41", "\"t\\U000e0041\""},
    {"x\uFFFF", "x\uFFFD", "x\uFFFD", "x\\uffff", "\"x\\uffff\""},
    {"b\xff\xc3.", "b\uFFFD\uFFFD.", "b\uFFFD\uFFFD.", "b\uFFFD\uFFFD.", "\"b\uFFFD\uFFFD.\""},
    {"\xe2\x80", "\uFFFD\uFFFD", "\uFFFD\uFFFD", "\uFFFD\uFFFD", "\"\uFFFD\uFFFD\""},
    {"##[error]x", "##[error]x", "##&#91;error]x", "##\\u005berror]x", "\"##\\x5berror]x\""},
    {"a##vso[b", "a##vso[b", "a##vso&#91;b", "a##vso\\u005bb", "\"a##vso\\x5bb\""},
    {"##TeamCity[b", "##TeamCity[b", "##TeamCity&#91;b", "##TeamCity\\u005bb", "\"##TeamCity\\x5bb\""},
    {"#[ ##x[ # #[", "#[ ##x[ # #[", "#[ ##x[ # #[", "#[ ##x[ # #[", "'#[ ##x[ # #['"},
    {"::error::x", "::error::x", ":&#58;error::x", "::error::x", "'::error::x'"},
    {"a\n  ::e", "a   ::e", "a\n  :&#58;e", "a\\n  ::e", "\"a\\n  ::e\""},
};

TEST(Escape, MakesEachFormHarmless) {
  for (const Case& c : kCases) {
    EXPECT_EQ(printable(c.text), c.printed) << c.json;
    EXPECT_EQ(escape_markup(c.text), c.markup) << c.json;
    EXPECT_EQ(escape_json(c.text), c.json) << c.json;
    EXPECT_EQ(yaml_scalar(c.text), c.yaml) << c.json;
    for (const std::string& safe : {harmless_line(c.text), escape_json(c.text), yaml_scalar(c.text)}) {
      EXPECT_TRUE(is_harmless("- " + safe)) << safe;
    }
    EXPECT_TRUE(is_harmless(harmless_line(c.text))) << c.json;
  }
}

// All that UAX #9 lists, and nothing that people write beside it.
TEST(Harmful, KnowsEveryMarkOfDirection) {
  const std::vector<std::string> marks{"\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C",
                                       "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"};
  for (const std::string& mark : marks) {
    const HarmfulCharacter found = next_harmful("ab" + mark + "c");
    EXPECT_EQ(found.at, 2);
    EXPECT_EQ(found.length, mark.size());
    EXPECT_EQ(found.harm, Harm::direction);
  }
  for (const std::string text :
       {"\u00A0", "\u061B", "\u2010", "\u202F", "\u2065x", "é", "שלום", "\uFE0F", "\U0001F525"}) {
    EXPECT_EQ(next_harmful(text).at == std::string::npos, text != "\u2065x") << text;
  }
}

TEST(Runners, CommandsAreBrokenWhereTheyBegin) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"::error::x", ":\\:error::x"},
      {" \u00A0\u3000::error::x\n", " \u00A0\u3000:\\:error::x\n"},
      {"a\n::b\n::c", "a\n:\\:b\n:\\:c"},
      {": ::a", ": ::a"},
      {"a ::b", "a ::b"},
      {"a:::b", "a:::b"},
      {":::b", ":\\::b"},
      {"a ##[debug]", "a ##\\[debug]"},
      {"###[x", "###\\[x"},
      {"##vso##[x", "##vso##\\[x"},
      {"##VSO[a]##vso[b]", "##VSO\\[a]##vso\\[b]"},
      {"##teamcity[x", "##teamcity\\[x"},
      {"##teamcityx[", "##teamcityx["},
      {"##\n[x", "##\n[x"},
      {"#\uFE0F#\uFE0F[x", "#\uFE0F#\uFE0F\\[x"},
      {"#\u200B#[x", "#\uFFFD#[x"},
      {"\r::a", " :\\:a"},
  };
  for (const auto& [text, expected] : cases) {
    RunnerCommands line;
    EXPECT_EQ(harmless_lines(text, line), expected);
    EXPECT_TRUE(is_harmless(expected)) << expected;
  }
}

// However a line is cut into pieces.
TEST(Runners, CommandsAreBrokenAcrossPieces) {
  const std::string text = "  ::error::x ##vso[y]\n::z";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    RunnerCommands line;
    const std::string first = harmless_lines(text.substr(0, cut), line);
    EXPECT_EQ(first + harmless_lines(text.substr(cut), line), "  :\\:error::x ##vso\\[y]\n:\\:z") << cut;
  }
}

TEST(Shell, AWordIsOneWord) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"quiet-day", "quiet-day"}, {"", "''"},   {"a b", "'a b'"}, {"$(id);`id`", "'$(id);`id`'"},
      {"it's", "'it'\\''s'"},     {"~", "'~'"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(shell_word(text), expected);
}

TEST(Json, IsReadBackAsItWas) {
  std::string all;
  for (const Case& c : kCases) {
    if (c.text.find('\xff') == std::string::npos && c.text != "\xe2\x80") all += c.text;
  }
  const auto read = read_json(make_source("x", write_json(json::object{{all, all}}, JsonStyle::pretty)));
  ASSERT_TRUE(read);
  EXPECT_EQ(std::string(read->as_object().begin()->key()), all);
  EXPECT_EQ(std::string(read->as_object().begin()->value().as_string()), all);
}

}  // namespace
}  // namespace firedrill
