#include "yaml/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/text/format.h"

namespace firedrill::yaml {
namespace {

using testing::HasSubstr;

struct Parsed {
  std::unique_ptr<Document> document;
  Diagnostics diagnostics;
};

Parsed parse(std::string text, Dialect dialect = Dialect::strict) {
  Parsed parsed;
  parsed.document = Document::parse(make_source("f.yaml", std::move(text)), parsed.diagnostics, dialect);
  return parsed;
}

// The tree on one line: texts quoted as they are, merged keys marked.
std::string show(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return "<" + node.text + ">";
    case Node::Kind::sequence:
      for (const Node* item : node.items) out += (out.empty() ? "" : ", ") + show(*item);
      return "[" + out + "]";
    case Node::Kind::mapping:
      for (const auto& entry : node.entries) {
        out += (out.empty() ? "" : ", ") + std::string(entry.merged ? "^" : "") + entry.key + ": " + show(*entry.value);
      }
      return "{" + out + "}";
  }
  return out;
}

std::string place(const Position& p) {
  return format("{}:{}+{}", p.line, p.column, p.length);
}

std::string first_error(const Parsed& parsed) {
  if (parsed.diagnostics.empty()) return "no error";
  const Diagnostic& d = parsed.diagnostics.front();
  return format("{}:{}: {} | {}", d.where.line, d.where.column, d.what, d.remedy);
}

struct Tree {
  std::string text;
  std::string tree;
};

class YamlTree : public testing::TestWithParam<Tree> {};

TEST_P(YamlTree, IsReadAsGoYamlReadsIt) {
  const Parsed parsed = parse(GetParam().text);
  ASSERT_TRUE(parsed.document) << render(parsed.diagnostics);
  EXPECT_TRUE(parsed.diagnostics.empty()) << render(parsed.diagnostics);
  EXPECT_EQ(show(parsed.document->root()), GetParam().tree);
}

INSTANTIATE_TEST_SUITE_P(
    Dialect, YamlTree,
    testing::Values(Tree{"", "null"}, Tree{"# only a comment\n", "null"}, Tree{"---\n...\n", "null"},
                    Tree{"a: 1\nb: [x, 'y', \"z\"]\n", "{a: <1>, b: [<x>, <y>, <z>]}"},
                    Tree{"a:\nb: ~\nc: null\nd: ''\n", "{a: null, b: null, c: null, d: <>}"},
                    Tree{"- a\n-\n- b\n", "[<a>, null, <b>]"}, Tree{"%YAML 1.2\n---\na: b\n", "{a: <b>}"},
                    Tree{"\xEF\xBB\xBF"
                         "a: b\r\nc: d\r\n",
                         "{a: <b>, c: <d>}"},
                    Tree{"a: |\n  one\n   two\n\n  three\nb: >-\n  one\n  two\n",
                         "{a: <one\n two\n\nthree\n>, b: <one two>}"},
                    Tree{"a: one\n  two\n\n  three\n", "{a: <one two\nthree>}"},
                    Tree{"a: {b: {c: [1, {d: e}]}}", "{a: {b: {c: [<1>, {d: <e>}]}}}"},
                    Tree{"a: &x {k: v}\nb: *x\n", "{a: {k: <v>}, b: {k: <v>}}"},
                    Tree{"a: &x 1\nb: [*x, *x]\n", "{a: <1>, b: [<1>, <1>]}"},
                    Tree{"a: !!str 12\nb: !!int \"3\"\n", "{a: <12>, b: <3>}"},
                    Tree{"yes: on\n1: 2\n", "{yes: <on>, 1: <2>}"}, Tree{"a: b\n---\n", "{a: <b>}"},
                    Tree{"url: http://a.b:80/#x\n", "{url: <http://a.b:80/#x>}"},
                    Tree{R"("\_é\N": "\x85\xa0\L")", "{\u00A0é\u0085: <\u0085\u00A0\u2028>}"}));

INSTANTIATE_TEST_SUITE_P(
    MergeKeys, YamlTree,
    testing::Values(Tree{"x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n", "{x: {a: <1>, b: <2>}, y: {b: <3>, ^a: <1>}}"},
                    Tree{"x: &x {a: 1}\ny: {b: 3, <<: *x}\n", "{x: {a: <1>}, y: {b: <3>, ^a: <1>}}"},
                    Tree{"x: &x {a: 1}\nz: &z {a: 2, c: 3}\ny: {<<: [*x, *z]}\n",
                         "{x: {a: <1>}, z: {a: <2>, c: <3>}, y: {^a: <1>, ^c: <3>}}"},
                    Tree{"y: {<<: {a: 1}, b: 2}\n", "{y: {b: <2>, ^a: <1>}}"},
                    Tree{"y: {'<<': 1}\n", "{y: {<<: <1>}}"}));

TEST(Yaml, PlacesKeysAndValues) {
  const Parsed parsed = parse("\xEF\xBB\xBFkey: value\nä: 'ü'\nlist:\n  - &a 12\n  - {k: \"a b\"}\nnone:\nlast: x\n");
  ASSERT_TRUE(parsed.document);
  const Node& root = parsed.document->root();
  EXPECT_EQ(place(root.where()), "1:1+1");
  EXPECT_EQ(place(root.find("key")->where()), "1:6+5");
  EXPECT_EQ(place(root.entry("ä")->key_node->where()), "2:1+1");
  EXPECT_EQ(place(root.find("ä")->where()), "2:4+3");
  EXPECT_EQ(place(root.find("list")->items[0]->where()), "4:8+2");
  EXPECT_EQ(place(root.find("list")->items[1]->find("k")->where()), "5:9+5");
  EXPECT_EQ(place(root.find("none")->where()), "6:1+4");
}

// The place of the word "bad" in a scalar, found by its offset in the scalar's text.
std::string place_of_bad(const std::string& text) {
  const Parsed parsed = parse(text);
  if (!parsed.document) return render(parsed.diagnostics);
  const Node* value = parsed.document->root().find("e");
  return place(value->at(value->text.find("bad"), 3));
}

TEST(Yaml, PlacesInsideScalarsAreThoseOfTheFile) {
  EXPECT_EQ(place_of_bad("e: sum(bad)\n"), "1:8+3");
  EXPECT_EQ(place_of_bad("e: 'it''s bad'\n"), "1:11+3");
  EXPECT_EQ(place_of_bad("e: \"a\\\"b\\u00e4 bad\"\n"), "1:16+3");
  EXPECT_EQ(place_of_bad("e: |\n  one\n    two bad\n"), "3:9+3");
  EXPECT_EQ(place_of_bad("e: >-\n  one\n  two\n\n\n  bad\n"), "6:3+3");
  EXPECT_EQ(place_of_bad("e: one\n  two\n  bad three\n"), "3:3+3");
  EXPECT_EQ(place_of_bad("e: \"one\n  two \\\n   bad\"\n"), "3:4+3");
  EXPECT_EQ(place_of_bad("x: 1\ne: |2\n   one\r\n    ü bad\n"), "4:7+3");
}

TEST(Yaml, TheEndOfAScalarsTextIsJustBehindIt) {
  const Parsed parsed = parse("e: |\n  sum(\nf: 'sum('\n");
  const Node& root = parsed.document->root();
  EXPECT_EQ(place(root.find("e")->at(5)), "2:7+1");
  EXPECT_EQ(place(root.find("f")->at(4)), "3:9+1");
}

struct Number {
  std::string text;
  std::optional<double> value;
};
class YamlNumber : public testing::TestWithParam<Number> {};

TEST_P(YamlNumber, IsResolvedAsGoYamlResolvesIt) {
  const Parsed parsed = parse("n: " + GetParam().text + "\n");
  ASSERT_TRUE(parsed.document);
  const auto value = scalar_number(*parsed.document->root().find("n"));
  ASSERT_EQ(value.has_value(), GetParam().value.has_value()) << GetParam().text;
  EXPECT_EQ(value, GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, YamlNumber,
    testing::Values(Number{"10", 10}, Number{"-3", -3}, Number{"+7", 7}, Number{"1_000", 1000}, Number{"0x1F", 31},
                    Number{"0o17", 15}, Number{"017", 15}, Number{"0b101", 5}, Number{"-0x10", -16}, Number{"1.5", 1.5},
                    Number{".5", 0.5}, Number{"1.", 1}, Number{"1e3", 1000}, Number{"1E-2", 0.01},
                    Number{"18446744073709551616", 18446744073709551616.0}, Number{".inf", INFINITY},
                    Number{"-.Inf", -INFINITY}, Number{"'5'", std::nullopt}, Number{"1 000", std::nullopt},
                    Number{"08x", std::nullopt}, Number{"inf", std::nullopt}, Number{"1:30", std::nullopt},
                    Number{"0x", std::nullopt}, Number{"--1", std::nullopt}, Number{"true", std::nullopt}));

TEST(Yaml, TruthValuesAreWordsOnlyWhereOneIsWanted) {
  const Parsed parsed = parse("- yes\n- 'yes'\n- Off\n- true\n- 1\n- y\n");
  const auto& items = parsed.document->root().items;
  EXPECT_EQ(scalar_boolean(*items[0]), true);
  EXPECT_EQ(items[0]->text, "yes");
  EXPECT_EQ(scalar_boolean(*items[1]), std::nullopt);
  EXPECT_EQ(scalar_boolean(*items[2]), false);
  EXPECT_EQ(scalar_boolean(*items[3]), true);
  EXPECT_EQ(scalar_boolean(*items[4]), std::nullopt);
  EXPECT_EQ(scalar_boolean(*items[5]), true);
}

TEST(Yaml, AllDuplicateKeysAreToldAndTheFirstCounts) {
  const Parsed parsed = parse("a: 1\nb: {c: 1, c: 2}\na: 2\n\"a\": 3\n");
  ASSERT_TRUE(parsed.document);
  ASSERT_EQ(parsed.diagnostics.size(), 3U);
  EXPECT_EQ(show(parsed.document->root()), "{a: <1>, b: {c: <1>}}");
  EXPECT_THAT(render(parsed.diagnostics), HasSubstr("f.yaml:3:1: error: the key 'a' is there twice"));
}

TEST(Yaml, DepthIsBoundedInEveryStyle) {
  for (const std::string& unit : {std::string("["), std::string("{a: "), std::string("- "), std::string("? ")}) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += unit;
    EXPECT_THAT(first_error(parse(text)), HasSubstr("nested more than 100 levels deep")) << unit;
  }
  std::string block;
  for (int i = 0; i < 1000; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_THAT(first_error(parse(block)), HasSubstr("nested more than 100 levels deep"));
}

TEST(Yaml, DepthCountsWhatAliasesStandFor) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 150; ++i) text += format("a{}: &a{} [*a{}]\n", i, i, i - 1);
  EXPECT_THAT(first_error(parse(text)), HasSubstr("nested more than 100 levels deep"));
}

TEST(Yaml, ExpansionOfAliasesIsBounded) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    text += format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_THAT(first_error(parse(text)), HasSubstr("aliases expand to more than 200000 values"));
}

TEST(Yaml, ExpansionOfMergeKeysIsBounded) {
  std::string text = "base: &base {";
  for (int i = 0; i < 2000; ++i) text += format("k{}: 1, ", i);
  text += "}\n";
  for (int i = 0; i < 2000; ++i) text += format("m{}: {{<<: *base}}\n", i);
  EXPECT_THAT(first_error(parse(text)), HasSubstr("expand to more than 200000 values"));
}

struct Refused {
  std::string text;
  std::string error;
};
class YamlRefuses : public testing::TestWithParam<Refused> {};

TEST_P(YamlRefuses, WithAPlaceAndAReason) {
  EXPECT_EQ(first_error(parse(GetParam().text)), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, YamlRefuses,
    testing::Values(
        Refused{"a: b\nc: \xC0\xAF\n", "2:4: byte 0xC0 is not valid UTF-8 | save the file as UTF-8"},
        Refused{std::string("\xFF\xFE", 2) + std::string("a\0", 2),
                "1:1: the file is encoded in UTF-16 | save it as UTF-8"},
        Refused{
            std::string("a: b\0c\n", 7),
            "1:5: the control character U+0000 is not allowed in YAML | remove it, or write it as an escape in double "
            "quotes"},
        Refused{
            "a: b\nc: \x04 d\n",
            "2:4: the control character U+0004 is not allowed in YAML | remove it, or write it as an escape in double "
            "quotes"},
        Refused{"a: b\rc: d\n", "1:5: a carriage return stands without a newline | end lines with \\n or \\r\\n"},
        Refused{"a:\n\tb: c\n", "2:1: a tab is used for indentation | indent with spaces"},
        Refused{"a: b\n---\nc: d\n",
                "3:1: a second document begins here | put it into a file of its own; a file holds one document"},
        Refused{"? [a, b]\n: c\n", "1:3: a key must be a text, found a list | expected `key: value`"},
        Refused{"~: c\n", "1:1: a key must be a text, found nothing | write the key in quotes"},
        Refused{"a: !env HOME\n", "1:4: the tag !env is not supported | leave it out"},
        Refused{"a: &x [*x]\n",
                "1:8: the alias *x stands inside the value that it names | an alias cannot contain itself"},
        Refused{"<<: 3\n",
                "1:5: a merge key takes mappings, found the number 3 | expected `<<: *anchor` or `<<: [*one, *two]`, "
                "each a "
                "mapping"},
        Refused{"{a: []}\n,",
                "2:1: this does not belong to the document that stands before it | check the indentation, and that "
                "brackets and quotes are closed"},
        Refused{"a: 'open\nb: c\n",
                "1:4: this quote is never closed | close it, or escape it if it belongs to the text"}));

TEST(Yaml, PrometheusFilesAreReadAsGoYamlReadsThem) {
  const Parsed parsed = parse("a: b\n---\nc: d\n", Dialect::prometheus);
  ASSERT_TRUE(parsed.document);
  EXPECT_FALSE(has_errors(parsed.diagnostics));
  EXPECT_EQ(parsed.diagnostics.size(), 1U);
  const Parsed tagged = parse("a: !env b\n", Dialect::prometheus);
  EXPECT_EQ(first_error(tagged), "1:4: the tag !env is ignored | leave it out");
  EXPECT_FALSE(has_errors(tagged.diagnostics));
  EXPECT_EQ(first_error(parse("a: \"b\\/c\"\n", Dialect::prometheus)),
            "1:6: Prometheus does not know the escape \\/ | write / alone");
  EXPECT_EQ(first_error(parse("a: \"b\\\\/c\"\n", Dialect::prometheus)), "no error");
  EXPECT_EQ(first_error(parse("a: \"b\\/c\"\n")), "no error");
  EXPECT_EQ(first_error(parse("%YAML 1.2\n---\na: b\n", Dialect::prometheus)),
            "1:1: Prometheus reads YAML 1.1 only, and refuses this directive | leave the directive out");
  EXPECT_EQ(first_error(parse("%YAML 1.1\n---\na: b\n", Dialect::prometheus)), "no error");
}

TEST(Yaml, OverlaysAreMergedKeyByKey) {
  const Parsed base = parse("a: {x: 1, y: [1, 2]}\nb: 2\n");
  const Parsed overlay = parse("a: {y: [3], z: 4}\nc: 5\n");
  Document arena(make_source("arena", ""));
  const Node& merged = merge_nodes(base.document->root(), overlay.document->root(), arena);
  EXPECT_EQ(show(merged), "{a: {x: <1>, y: [<3>], z: <4>}, b: <2>, c: <5>}");
  EXPECT_EQ(place(merged.find("c")->where()), "2:4+1");
  const Parsed without = parse("a: {x: null, q:}\nb:\n");
  EXPECT_EQ(show(merge_nodes(base.document->root(), without.document->root(), arena)), "{a: {y: [<1>, <2>]}}");
}

}  // namespace
}  // namespace firedrill::yaml
