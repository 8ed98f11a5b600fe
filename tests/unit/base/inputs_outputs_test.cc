// Files, JSON, regular expressions, hashes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/bounds/budget.h"
#include "base/files/files.h"
#include "base/hash.h"
#include "base/text/json.h"
#include "base/text/json_members.h"
#include "base/text/regex.h"
#include "base/text/utf8.h"

namespace firedrill {
namespace {

std::string what(const Diagnostics& diagnostics) {
  return diagnostics.at(0).what;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Files, SayWhyTheyCannotBeRead) {
  const std::filesystem::path folder = testing::TempDir();
  EXPECT_EQ(what(read_source(folder / "nowhere.yaml").error()), "no such file");
  EXPECT_EQ(what(read_source(folder).error()), "is a folder, not a file");
  EXPECT_EQ(what(read_source("/dev/null").error()), "is not a regular file");
  std::ofstream(folder / "large.yaml") << std::string(2 << 20, ' ');
  EXPECT_NE(what(read_source(folder / "large.yaml", "large.yaml", 1 << 20).error()).find("larger than 1 MiB"),
            std::string::npos);
}

TEST(Utf8, FindsTheFirstInvalidByte) {
  const auto npos = std::string_view::npos;
  EXPECT_EQ(first_invalid_utf8("plain, ключ, 日本, 😀"), npos);
  EXPECT_EQ(first_invalid_utf8("ab\xff"), 2u);
  EXPECT_EQ(first_invalid_utf8("\xc0\xaf"), 0u);          // overlong
  EXPECT_EQ(first_invalid_utf8("a\xed\xa0\x80"), 1u);     // surrogate
  EXPECT_EQ(first_invalid_utf8("\xf4\x90\x80\x80"), 0u);  // beyond Unicode
  EXPECT_EQ(first_invalid_utf8("\xe2\x82"), 0u);          // cut short
}

TEST(Json, WritesTheSameBytesForTheSameValue) {
  json::object value;
  value["b"] = 1.0 / 3;
  value["a"] = json::array{1, 2.5, "x\n\"", nullptr, true};
  value["list"] = json::array{json::object{{"t", 1}}, json::object{{"t", 2}}};
  value["empty"] = json::object{};
  EXPECT_EQ(write_json(value, JsonStyle::compact),
            R"({"b":0.333333333333,"a":[1,2.5,"x\n\"",null,true],"list":[{"t":1},{"t":2}],"empty":{}})");
  EXPECT_EQ(
      write_json(value, JsonStyle::pretty),
      "{\n  \"b\": 0.333333333333,\n  \"a\": [1, 2.5, \"x\\n\\\"\", null, true],\n  \"list\": [\n    {\"t\": 1},\n"
      "    {\"t\": 2}\n  ],\n  \"empty\": {}\n}\n");
}

TEST(Json, RefusesWhatIsNotOneDocument) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{\"a\":1,\"a\":2}", "the key \"a\" stands twice in one object"},
      {"{\"a\":1", "not valid JSON: incomplete JSON"},
      {"{} x", "not valid JSON: extra data"},
      {std::string(100, '[') + std::string(100, ']'), "not valid JSON: too deep"},
      {"", "not valid JSON: incomplete JSON"},
  };
  for (const auto& [text, error] : cases) {
    const auto read = read_json(make_source("r.json", text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(what(read.error()), error);
  }
  EXPECT_EQ(read_json(make_source("r", " {\"a\": [1, 2.5e0]} \n"))->at("a").as_array().size(), 2u);
}

// As Go reads it; elsewhere than in a text such a byte is an error to it too.
TEST(JsonMembers, TakeBytesThatAreNoUtf8ForReplacementCharacters) {
  const auto read = read_json_members(make_source("t.json", "{\"k\xff\": \"a\xe3\x81z\"}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->members[0].key, "k\uFFFD");
  EXPECT_EQ(read->members[0].value.text, "a\uFFFD\uFFFDz");
  EXPECT_FALSE(read_json_members(make_source("t.json", "[\xff]")));
}

TEST(Regex, MatchesTheWholeText) {
  EXPECT_EQ(Regex::compile(repeated("\\pL", 100'000)).error(), "expression too large");
  EXPECT_TRUE(Regex::compile(repeated("(a?){1000}", 300)));
  const auto regex = Regex::compile("5..|429");
  EXPECT_TRUE(regex->matches("503"));
  EXPECT_TRUE(regex->matches("429"));
  EXPECT_FALSE(regex->matches("1503"));
  EXPECT_TRUE(Regex::compile("(?<digits>5..)")->matches("503"));
  EXPECT_TRUE(Regex::compile("\\(\\?<x>|[(?<y>]")->matches("(?<x>"));
  EXPECT_TRUE(Regex::compile("a.b")->matches("a\nb"));
  EXPECT_FALSE(Regex::compile("a.b", DotNewline::no)->matches("a\nb"));
  EXPECT_FALSE(Regex::compile("a)(b"));
  EXPECT_EQ(Regex::compile("checkout|web")->literals(), (std::vector<std::string>{"checkout", "web"}));
  EXPECT_TRUE(Regex::compile("web|")->matches(""));
}

TEST(Regex, RefusesWhatEndsTooEarly) {
  EXPECT_FALSE(Regex::compile("a\\"));
  // Whatever stands last.
  constexpr std::string_view kSigns = "\\[]()?{}1QEx:^";
  for (const char a : kSigns) {
    for (const char b : kSigns) {
      for (const char c : kSigns) EXPECT_NO_THROW((void)Regex::compile(std::string{a, b, c})) << a << b << c;
    }
  }
}

// The depths at which promtool begins to refuse.
TEST(Regex, NestsAsDeepAsGoAllows) {
  struct Case {
    std::string open;
    std::string close;
    int most;  // 0: any number
  };
  const std::vector<Case> cases = {
      {"(", ")", 998},           {"(b", ")", 499},     {"(", ")*", 499},        {"(", ")*?", 499},
      {"(", "){2}", 9},          {"(b|cd", ")", 333},  {"(?:", ")+?", 998},     {"(?:", ")", 0},
      {"(ab|cd|", ")", 499},     {"(?:b|", ")", 0},    {"(?i:", ")", 0},        {"(?:", ")*", 998},
      {"(\\(", ")", 499},        {"([(])(", ")", 499}, {"\\Q((\\E(", ")", 499}, {"([[:alpha:]]", ")", 499},
      {"(a{2}b{3,}?", ")", 498},
  };
  for (const Case& c : cases) {
    const auto nested = [&](int times) {
      std::string text;
      for (int i = 0; i < times; ++i) text += c.open;
      text += "a";
      for (int i = 0; i < times; ++i) text += c.close;
      return Regex::compile(text);
    };
    EXPECT_TRUE(nested(c.most == 0 ? 5000 : c.most)) << c.open;
    if (c.most == 0) continue;
    EXPECT_FALSE(nested(c.most + 1)) << c.open;
    if (c.most == 9) continue;  // refused for what it repeats to
    EXPECT_EQ(nested(c.most + 1).error(), "expression nests too deeply") << c.open;
  }
}

// Equal patterns cost once; what takes long is refused before it is tried.
TEST(Regex, CountsWhatItCosts) {
  Budget budget;
  budget.limit(Bound::regex_size, 5000);
  budget.limit(Bound::regex_steps, 10'000);
  Regex::count_in(&budget);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Regex::compile("counted-[a-f]+"));
  EXPECT_FALSE(budget.exceeded());
  const auto many_ways = Regex::compile("counted.{20}.*");
  ASSERT_TRUE(many_ways);
  EXPECT_FALSE(many_ways->matches(repeated("b", 600))) << "costs 60,000 steps";
  EXPECT_TRUE(budget.exceeded());
  Regex::count_in(nullptr);
  for (const std::string& text :
       {repeated(".{0,999}", 90), repeated("\\pL", 50), "(?:" + repeated("a?", 500) + "){999}"}) {
    Budget small;
    small.limit(Bound::regex_size, 5000);
    Regex::count_in(&small);
    const auto refused = Regex::compile(text);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), small.summary());
    EXPECT_TRUE(small.exceeded()) << text;
    EXPECT_TRUE(Regex::compile("counted-[a-f]+")) << "is known already";
    Regex::count_in(nullptr);
  }
}

TEST(Regex, ExpandsAndReplacesAsGoDoes) {
  const auto regex = Regex::compile("(?P<host>[^:]+):([0-9]+)");
  std::string out;
  ASSERT_TRUE(regex->expand("checkout-0:8080", "$host/${2}/$1x/$$/$9", out));
  EXPECT_EQ(out, "checkout-0/8080//$/");
  EXPECT_FALSE(regex->expand("nothing", "$1", out));
  EXPECT_EQ(Regex::compile("a*", DotNewline::yes, false)->replace_all("baac", "x"), "xbxcx");
  EXPECT_EQ(Regex::compile("", DotNewline::yes, false)->replace_all("é1", "-"), "-é-1-");
}

TEST(Hash, IsSha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  for (const char* piece : {"a", "", "bc"}) pieces.add(piece);
  EXPECT_EQ(pieces.hex(), sha256_hex("abc"));
}

}  // namespace
}  // namespace firedrill
