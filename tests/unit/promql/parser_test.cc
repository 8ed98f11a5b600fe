#include "promql/parse/parser.h"

#include <gtest/gtest.h>

#include "promql/parse/printer.h"

namespace firedrill::promql {
namespace {

ParseOptions everything() {
  return {.experimental_functions = true, .duration_expressions = true};
}

std::string reprint(std::string_view text, const ParseOptions& options = everything()) {
  const auto parsed = parse_text(text, options);
  if (!parsed) return "error: " + parsed.error().front().what;
  return print(**parsed);
}

// What is written, and what it is read as (empty: the same).
struct Case {
  const char* text;
  const char* printed = "";
};

const Case kCases[] = {
    {"1"},
    {"0x1f", "31"},
    {"0755", "493"},
    {"0899", "899"},
    {"1e3", "1000"},
    {"1_000.5", "1000.5"},
    {".5", "0.5"},
    {"Inf", "+Inf"},
    {"inf ^ inf ^ a", "Inf ^ Inf ^ a"},
    {"-inf", "-Inf"},
    {"NaN"},
    {"nan", "NaN"},
    {"- 1", "-1"},
    {"--1", "1"},
    {"5m"},
    {"-1h30m"},
    {"1 + 5m", "1 + 5m"},
    {"\"a\\\"b\""},
    {"'a\\'b\"'", "\"a'b\\\"\""},
    {"`raw\\n`", "\"raw\\\\n\""},
    {"\"\\u00e9\\x41\\101\"",
     "\"\xc3\xa9"
     "AA\""},
    {"foo"},
    {"foo:bar"},
    {"foo{}", "foo"},
    {"foo{a=\"b\",c!=\"d\",e=~\"f.*\",g!~\"h\"}"},
    {"foo{a=\"b\",}", "foo{a=\"b\"}"},
    {"{a=\"b\"}"},
    {"{\"foo.bar\"}", "{__name__=\"foo.bar\"}"},
    {"{\"foo.bar\", \"x.y\"='z'}", "{__name__=\"foo.bar\",\"x.y\"=\"z\"}"},
    {"{__name__=~\"a|b\"}"},
    {"{sum=\"1\", by=\"2\", inf=\"3\"}", "{sum=\"1\",by=\"2\",inf=\"3\"}"},
    {"sum"},
    {"sum{a=\"b\"}"},
    {"offset offset 5m"},
    {"and and or or unless unless by"},
    {"start + end"},
    {"foo offset 5m"},
    {"foo offset -5m"},
    {"foo offset 300", "foo offset 5m"},
    {"foo @ 10", "foo @ 10.000"},
    {"foo @ -1.5", "foo @ -1.500"},
    {"foo @ start() offset 1m"},
    {"foo offset 1m @ end()", "foo @ end() offset 1m"},
    {"foo[5m]"},
    {"foo[ 5m ] offset 1w", "foo[5m] offset 1w"},
    {"foo[90]", "foo[1m30s]"},
    {"foo[5m*2]", "foo[5m * 2]"},
    {"foo[2^3*1s+(10s-4s)/2]", "foo[2 ^ 3 * 1s + (10s - 4s) / 2]"},
    {"foo[-2^2+10]", "foo[-2 ^ 2 + 10]"},
    {"foo[STEP()]", "foo[step()]"},
    {"foo[max_of(step(),5m):min_of(range(), 1)*2]", "foo[max_of(step(), 5m):min_of(range(), 1) * 2]"},
    {"foo[(5m)]", "foo[(5m)]"},
    {"foo offset -(5m+1m)", "foo offset -(5m + 1m)"},
    {"foo offset step()*2", "foo offset step() * 2"},
    {"foo offset (step()*2)", "foo offset (step() * 2)"},
    {"foo offset -(5m)", "foo offset -(5m)"},
    {"foo offset 1m + 1m", "foo offset 1m + 1m"},
    {"foo @ 1m40s", "foo @ 100.000"},
    {"foo @ -5m", "foo @ -300.000"},
    {"foo </ 3", "foo </ 3"},
    {"foo >/on (a) bar", "foo >/ on (a) bar"},
    {"foo[5m:]", "foo[5m:]"},
    {"foo[1h:30s] @ 5 offset 2m", "foo[1h:30s] @ 5.000 offset 2m"},
    {"rate(foo[5m])[1h:1m]"},
    {"(foo + bar)[1h:]"},
    {"-foo^2", "-foo ^ 2"},
    {"-foo[5m:] offset 1m",
     "error: unary expression only allowed on expressions of type scalar or instant vector, got "
     "\"range vector\""},
    {"2 ^ 3 ^ 2"},
    {"2 ^ -3 * 4", "2 ^ -3 * 4"},
    {"a + b * c - d / e % f"},
    {"a and b or c unless d"},
    {"a == bool b"},
    {"a > on (x) b"},
    {"a * ignoring (x, y) group_left (z) b"},
    {"a / on () group_right () b", "a / on () group_right () b"},
    {"a * on(x) group_left b", "a * on (x) group_left () b"},
    {"a * on(\"x.y\", on, sum) b", "a * on (\"x.y\", on, sum) b"},
    {"a atan2 b"},
    {"sum(foo)"},
    {"SUM BY (a) (foo)", "sum by (a) (foo)"},
    {"sum(foo) by (a, b,)", "sum by (a, b) (foo)"},
    {"sum(foo) by ()", "sum(foo)"},
    {"sum without () (foo)", "sum without () (foo)"},
    {"topk(5, foo)"},
    {"count_values(\"x\", foo)"},
    {"quantile by (a) (0.5, foo)"},
    {"limitk(1, foo)"},
    {"limit_ratio(-0.5, foo)"},
    {"time()"},
    {"hour()"},
    {"round(foo, 5)"},
    {"label_replace(foo, \"a\", \"$1\", \"b\", \"(.*)\")"},
    {"label_join(foo, \"a\", \"-\", \"b\", \"c\")"},
    {"info(foo, {k8s=~\".+\"})"},
    {"foo # a comment\n + bar", "foo + bar"},
};

TEST(Parser, ReadsTheWholeGrammar) {
  for (const Case& c : kCases) {
    const std::string expected = *c.printed != '\0' ? c.printed : c.text;
    EXPECT_EQ(reprint(c.text), expected) << c.text;
  }
}

TEST(Parser, PrintingIsTheInverse) {
  for (const Case& c : kCases) {
    const auto first = parse_text(c.text, everything());
    if (!first) continue;
    const auto second = parse_text(print(**first), everything());
    ASSERT_TRUE(second) << c.text << " printed as " << print(**first);
    EXPECT_TRUE(equal(**first, **second)) << c.text << " printed as " << print(**first);
  }
}

// Text, the message, and the bytes it points at.
struct Bad {
  const char* text;
  const char* what;
  unsigned begin;
  unsigned end;
};

const Bad kBad[] = {
    {"", "no expression found in input", 0, 0},
    {"# only a comment", "no expression found in input", 0, 0},
    {"1+", "unexpected end of input", 2, 2},
    {".", "unexpected character: '.'", 0, 1},
    {"2.5.", "bad number or duration syntax: \"2.5.\"", 0, 4},
    {"0deadbeef", "bad number or duration syntax: \"0de\"", 0, 9},
    {"1 /", "unexpected end of input", 3, 3},
    {"*1", "unexpected <op:*>", 0, 1},
    {"(1))", "unexpected right parenthesis ')'", 3, 4},
    {"((1)", "unclosed left parenthesis", 4, 4},
    {"(", "unclosed left parenthesis", 1, 1},
    {"1 and 1", "set operator \"and\" not allowed in binary scalar expression", 0, 7},
    {"1 == 1", "comparisons between scalars must use BOOL modifier", 2, 4},
    {"foo + bool bar", "bool modifier can only be used on comparison operators", 4, 10},
    {"foo or on(a) group_left bar", "no grouping allowed for \"or\" operation", 0, 27},
    {"1 + on(a) foo", "vector matching only allowed between instant vectors", 0, 13},
    {"foo == on(a) group_left(a) bar", "label \"a\" must not occur in ON and GROUP clause at once", 4, 26},
    {"-\"string\"", "unary expression only allowed on expressions of type scalar or instant vector, got \"string\"", 0,
     9},
    {"foo{", "unexpected end of input inside braces", 4, 4},
    {"foo{a=\"b\"", "unexpected end of input inside braces", 9, 9},
    {"foo{a*\"b\"}", "unexpected character inside braces: '*'", 5, 10},
    {"foo{a=b}", "unexpected identifier \"b\" in label matching, expected string", 6, 7},
    {"foo{a=\"b\" c=\"d\"}", "unexpected identifier \"c\" in label matching, expected \",\" or \"}\"", 10, 11},
    {"foo{1}", "unexpected character inside braces: '1'", 4, 6},
    {"{}", "vector selector must contain at least one non-empty matcher", 0, 2},
    {"{x=\"\"}", "vector selector must contain at least one non-empty matcher", 0, 6},
    {"foo{__name__=\"bar\"}", "metric name must not be set twice: \"foo\" or \"bar\"", 0, 19},
    {"foo[5m] + 1", "binary expression must contain only scalar and instant vector types", 0, 7},
    {"foo[", "unexpected end of input in duration expression", 4, 4},
    {"foo[:5m]", "unexpected colon before duration in duration expression", 5, 8},
    {"foo[step]", "unexpected \"]\" in subquery or range selector, expected number, duration, step(), or range()", 8,
     9},
    {"foo[5m/0]", "division by zero", 6, 7},
    {"foo[5m%0]", "modulo by zero", 6, 7},
    {"foo @ (5 + 5)", "unexpected \"(\" in @, expected timestamp", 6, 7},
    {"foo @ step()", "unexpected \"step\" in @, expected timestamp", 6, 10},
    {"foo @ NaN", "timestamp out of bounds for @ modifier: NaN", 0, 3},
    {"foo @ Inf", "timestamp out of bounds for @ modifier: +Inf", 0, 3},
    {"foo @ -Inf", "timestamp out of bounds for @ modifier: -Inf", 0, 3},
    {"foo @ 9.3e18", "timestamp out of bounds for @ modifier: 9300000000000000000.000000", 0, 3},
    {"foo @ -9.3e18", "timestamp out of bounds for @ modifier: -9300000000000000000.000000", 0, 3},
    {"foo[0m]", "duration must be greater than 0", 4, 6},
    {"foo[\"5m\"]", "unexpected character in duration expression: '\"'", 4, 9},
    {"foo[5m", "unclosed left bracket", 6, 6},
    {"foo[5m:1m", "unclosed left bracket", 9, 9},
    {"foo[5m] [5m]", "ranges only allowed for vector selectors", 8, 12},
    {"foo offset 1m[5m]", "no offset modifiers allowed before range", 13, 17},
    {"foo @ 5 [5m]", "no @ modifiers allowed before range", 8, 12},
    {"foo offset 1m offset 2m", "offset may not be set multiple times", 0, 13},
    {"foo offset \"1m\"", "unexpected string \"\\\"1m\\\"\" in offset, expected number, duration, step(), or range()",
     11, 15},
    {"foo @ 5 @ 6", "@ <timestamp> may not be set multiple times", 0, 7},
    {"foo @ \"5\"", "unexpected string \"\\\"5\\\"\" in @, expected timestamp", 6, 9},
    {"1 offset 1d",
     "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery", 0, 1},
    {"sum(foo)[5m]", "ranges only allowed for vector selectors", 8, 12},
    {"foo[5m][1h:]", "subquery is only allowed on instant vector, got matrix instead", 0, 12},
    {"sum()", "no arguments for aggregate expression provided", 0, 5},
    {"sum(foo, bar)", "wrong number of arguments for aggregate expression provided, expected 1, got 2", 0, 13},
    {"topk(foo)", "wrong number of arguments for aggregate expression provided, expected 2, got 1", 0, 9},
    {"topk(foo, bar)", "expected type scalar in aggregation parameter, got instant vector", 5, 8},
    {"sum(1)", "expected type instant vector in aggregation expression, got scalar", 4, 5},
    {"sum by foo", "unexpected identifier \"foo\" in grouping opts, expected \"(\"", 7, 10},
    {"sum by (a b) (foo)", "unexpected identifier \"b\" in grouping opts, expected \",\" or \")\"", 10, 11},
    {"sum 5", "unexpected number \"5\" in aggregation", 4, 5},
    {"rate(foo)", "expected type range vector in call to function \"rate\", got instant vector", 5, 8},
    {"rate()", "expected 1 argument(s) in call to \"rate\", got 0", 0, 6},
    {"label_join(foo)", "expected at least 3 argument(s) in call to \"label_join\", got 1", 0, 15},
    {"hour(foo, bar)", "expected at most 1 argument(s) in call to \"hour\", got 2", 0, 14},
    {"rat(foo[5m])", "unknown function with name \"rat\"", 0, 3},
    {"abs(foo,)", "trailing commas not allowed in function call args", 7, 8},
    {"foo bar", "unexpected identifier \"bar\"", 4, 7},
    {"foo{a=~\"(\"}", "error parsing regexp: missing closing ): `(`", 4, 10},
    {"\"abc", "unterminated quoted string", 0, 4},
    {"'\\q'", "unknown escape sequence U+0071 'q'", 0, 4},
    {"\"\xff\"", "invalid UTF-8 rune", 0, 3},
    {"foo =~ bar", "unexpected character after '=': '~'", 4, 10},
    {"foo ! bar", "unexpected character after '!': ' '", 4, 9},
};

TEST(Parser, SaysWhatIsWrongAndWhere) {
  for (const Bad& bad : kBad) {
    const auto parsed = parse_text(bad.text, everything());
    ASSERT_FALSE(parsed) << bad.text;
    const ParseError& error = parsed.error().front();
    EXPECT_EQ(error.what, bad.what) << bad.text;
    EXPECT_EQ(error.where.begin, bad.begin) << bad.text;
    EXPECT_EQ(error.where.end, bad.end) << bad.text;
  }
}

TEST(Parser, ExperimentalThingsNeedTheirFlag) {
  EXPECT_EQ(reprint("limitk(1, foo)", {}),
            "error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions");
  EXPECT_EQ(reprint("mad_over_time(foo[1m])", {}), "error: function \"mad_over_time\" is not enabled");
  EXPECT_EQ(reprint("foo[1m*2]", {.version = Version::v3_5}), "error: experimental duration expression is not enabled");
  EXPECT_EQ(reprint("foo[1m*2]", {.version = Version::v3_5, .duration_expressions = true}), "foo[1m * 2]");
  EXPECT_EQ(reprint("foo offset (10) + 20", {.version = Version::v3_5, .duration_expressions = true}),
            "foo offset (10) + 20");
  EXPECT_EQ(reprint("foo offset -(1m) ^ 2", {.version = Version::v3_5, .duration_expressions = true}),
            "foo offset -(1m) ^ 2");
  EXPECT_EQ(reprint("foo offset (10) + 20"), "foo offset (10) + 20");
  EXPECT_EQ(reprint("foo offset +(10) + 20"), "foo offset +(10) + 20");
  EXPECT_EQ(reprint("foo[1m*2]", {}), "foo[1m * 2]");
  EXPECT_EQ(reprint("foo[step()]", {.version = Version::v3_5, .duration_expressions = true}),
            "error: unexpected character in duration expression: 's'");
  EXPECT_EQ(reprint("first_over_time(foo[1m])", {}), "first_over_time(foo[1m])");
  EXPECT_EQ(reprint("first_over_time(foo[1m])", {.version = Version::v3_5, .experimental_functions = true}),
            "error: unknown function with name \"first_over_time\"");
  for (const char* call : {"start()", "end()", "step()", "range()", "min_of(1, 2)", "max_of(1, 2)",
                           "ts_of_first_over_time(foo[1m])", "histogram_quantiles(foo, \"q\", 0.5)"}) {
    const std::string name = std::string(call).substr(0, std::string_view(call).find('('));
    EXPECT_EQ(reprint(call, {}), "error: function \"" + name + "\" is not enabled");
    EXPECT_EQ(reprint(call), call);
    const std::string refused = reprint(call, {.version = Version::v3_5, .experimental_functions = true});
    EXPECT_TRUE(refused == "error: unknown function with name \"" + name + "\"" || refused == "error: unexpected \"(\"")
        << refused;
  }
}

// With what they are, and the flag that Prometheus wants.
TEST(Parser, NamesWhatIsNotSupported) {
  struct NotSupported {
    const char* text;
    const char* what;
    const char* flag;
  };
  for (const NotSupported& each :
       {NotSupported{"foo + fill(0) bar", "binop fill modifiers are experimental and not enabled",
                     "promql-binop-fill-modifiers"},
        NotSupported{"foo + on(a) group_left fill_left(0) fill_right(1) bar",
                     "binop fill modifiers are experimental and not enabled", "promql-binop-fill-modifiers"},
        NotSupported{"rate(foo[5m] anchored)", "anchored modifier is not supported", "promql-extended-range-selectors"},
        NotSupported{"foo smoothed", "smoothed modifier is not supported", "promql-extended-range-selectors"},
        NotSupported{"integral(foo[5m])", "function \"integral\" is not supported", "promql-experimental-functions"}}) {
    const auto parsed = parse_text(each.text, everything());
    ASSERT_FALSE(parsed) << each.text;
    EXPECT_EQ(parsed.error().front().what, each.what);
    EXPECT_NE(parsed.error().front().remedy.find(each.flag), std::string::npos) << parsed.error().front().remedy;
    EXPECT_FALSE(parsed.error().front().lacking.empty()) << each.text;
  }
  for (const char* name : {"fill", "fill_left", "anchored", "smoothed", "step", "range", "min_of", "max_of", "start"}) {
    const std::string text = std::string(name) + " + " + name + "{a=\"b\"}";
    EXPECT_EQ(reprint(text), text);
    EXPECT_EQ(reprint("sum by (" + std::string(name) + ") (foo)"), "sum by (" + std::string(name) + ") (foo)");
  }
}

TEST(Parser, Version2HasItsOwnGrammar) {
  const ParseOptions v2{.version = Version::v2};
  EXPECT_EQ(reprint("{\"foo\"}", v2),
            "error: unexpected string \"\\\"foo\\\"\" in label matching, expected identifier or \"}\"");
  EXPECT_EQ(reprint("5m", v2), "error: unexpected duration \"5m\"");
  EXPECT_EQ(reprint("foo[300]", v2),
            "error: unexpected number \"300\" in subquery or range selector, expected duration");
  EXPECT_EQ(reprint("limitk", v2), "limitk");
  EXPECT_EQ(reprint("holt_winters(foo[1m], 0.5, 0.5)", v2), "holt_winters(foo[1m], 0.5, 0.5)");
  EXPECT_EQ(reprint("holt_winters(foo[1m], 0.5, 0.5)"), "error: unknown function with name \"holt_winters\"");
}

TEST(Parser, HostileTextIsRefusedWithinBounds) {
  const std::string parens(100000, '(');
  EXPECT_FALSE(parse_text(parens, {}));
  const std::string signs(100000, '-');
  EXPECT_FALSE(parse_text(signs + "1", {}));
  std::string chain = "a";
  for (int i = 0; i < 5000; ++i) chain += " or a";
  EXPECT_EQ(reprint(chain), "error: expression nested more than 1000 levels deep");
  chain = "a";
  for (int i = 0; i < 900; ++i) chain += " or a";
  EXPECT_EQ(reprint(chain), chain) << "nothing is nested to a reader";
  std::string powers = "1";
  for (int i = 0; i < 100'000; ++i) powers += "^1";
  EXPECT_EQ(reprint(powers), "error: expression nested more than 500 levels deep");
  EXPECT_EQ(reprint(std::string(2 << 20, ' ')), "error: expression longer than 1 MiB");
}

TEST(Parser, PointsIntoTheSource) {
  const auto parsed = parse(make_source("rules.yml", "sum(foo)\n  + rate(é{a=\"x\"})"), {});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().front().where.line, 2U);
  EXPECT_EQ(parsed.error().front().where.column, 10U);
}

}  // namespace
}  // namespace firedrill::promql
