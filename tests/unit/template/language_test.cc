// The language without any host: bounds, versions of Go, sets of several texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "template/template_set.h"
#include "template/values/go_time.h"

namespace firedrill::templates {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string rendered(const std::string& text, GoVersion go = GoVersion::go1_24, Budget* budget = nullptr) {
  TemplateSet set({.go = go});
  if (const auto added = set.add("T", text); !added) return "refused: " + added.error();
  const auto result = set.execute("T", make_map(ValueMap{}), {.budget = budget});
  return result ? *result : "refused: " + result.error();
}

TEST(Language, StopsWhatDoesNotEnd) {
  std::string unclosed;
  for (int i = 0; i < 5000; ++i) unclosed += "{{ if true }}";
  std::string doubled = "{{ $x := \"aaaaaaaaaaaaaaaa\" }}";
  for (int i = 0; i < 40; ++i) doubled += "{{ $x = print $x $x }}";
  std::string padded = "{{ printf \"";
  for (int i = 0; i < 20'000; ++i) padded += "%999999d";
  padded += "\" 1 }}";
  std::string assigned;
  for (int i = 0; i < 1000; ++i) assigned += format("{{{{ $x{} := $m }}}}", i);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }})", "exceeded maximum template depth (200)"},
      {"{{ range 1000000000 }}{{ end }}", "more than 1000000 steps"},
      {"{{ range 100000 }}0123456789abcdef{{ end }}", "output larger than 1048576 bytes"},
      {"{{ printf \"%999999999d\" 1 }}", "%!(NOVERB)"},
      {doubled, "error calling print: a text larger than 1048576 bytes"},
      {padded, "error calling printf: a text larger than 1048576 bytes"},
      {"{{ $m := printf \"%999999d\" 1 }}" + assigned, "texts of more than 67108864 bytes assigned to variables"},
      {"{{ " + std::string(5000, '(') + "1" + std::string(5000, ')') + " }}", "nested deeper than 200 levels"},
      {unclosed, "nested deeper than 200 levels"},
      {std::string(1'100'000, 'x'), "template: T: larger than 1048576 bytes"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(rendered(text), HasSubstr(expected)) << text.substr(0, 60);
}

TEST(Language, CountsStepsAgainstTheBudget) {
  Budget budget;
  budget.limit(Bound::template_steps, 1000);
  rendered("{{ range 10 }}x{{ end }}", GoVersion::go1_24, &budget);
  EXPECT_FALSE(budget.exceeded());
  rendered("{{ range 1000 }}x{{ end }}", GoVersion::go1_24, &budget);
  EXPECT_TRUE(budget.exceeded());
}

TEST(Language, IsThatOfAnOlderGoIfAsked) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{{ range 3 }}x{{ end }}", "executing \"T\" at <3>: range can't iterate over 3"},
      {"{{ with false }}a{{ else with true }}b{{ end }}", "refused: template: T:1: unexpected <with> in else"},
      {"{{ call 3 }}", "error calling call: non-function of type int"},
      {"{{ eq 1 1.0 }}", "error calling eq: incompatible types for comparison"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(rendered(text, GoVersion::go1_19), EndsWith(expected));
  EXPECT_EQ(rendered("{{ range 3 }}x{{ end }}{{ with false }}a{{ else with true }}b{{ end }}"), "xxxb");
  EXPECT_THAT(rendered("{{ eq 1 1.0 }}"), EndsWith("incompatible types for comparison: int and float64"));
}

TEST(Language, HasNoFunctionsButGosUnlessAHostHasThem) {
  EXPECT_EQ(rendered("{{ printf \"%03d %v\" 7 (len \"abc\") }} {{ urlquery \"a b&c\" }}"), "007 3 a+b%26c");
  EXPECT_EQ(rendered("{{ toUpper \"a\" }}"), "refused: template: T:1: function \"toUpper\" not defined");
}

CallResult twice(std::span<const Value> a, const CallContext&) {
  return make_integer(2 * a[0].integer());
}
CallResult half(std::span<const Value> a, const CallContext& context) {
  return make_float(a[0].number() / 2 + *static_cast<const int*>(context.host));
}
CallResult negated(std::span<const Value> a, const CallContext&) {
  return a[0].truth() ? CallResult(std::unexpected("never true")) : make_bool(true);
}

TEST(Language, GivesFunctionsArgumentsOfTheirTypes) {
  static constexpr std::array kInteger{&types::integer};
  static constexpr std::array kFloat{&types::floating};
  static constexpr std::array kBoolean{&types::boolean};
  static constexpr std::array kFunctions = std::to_array<Function>(
      {{"half", kFloat, false, half}, {"negated", kBoolean, false, negated}, {"twice", kInteger, false, twice}});
  const int host = 10;
  const auto render = [&](const std::string& text) {
    TemplateSet set({.functions = kFunctions});
    EXPECT_TRUE(set.add("T", text)) << text;
    const auto result = set.execute("T", {}, {.host = &host});
    return result ? *result : result.error();
  };
  EXPECT_EQ(render("{{ twice 4.0 }} {{ 4 | twice }} {{ half 3 }} {{ negated false }}"), "8 8 11.5 true");
  EXPECT_THAT(render("{{ twice 1.5 }}"), EndsWith("at <1.5>: expected integer; found 1.5"));
  EXPECT_THAT(render("{{ half \"x\" }}"), EndsWith("expected float; found \"x\""));
  EXPECT_THAT(render("{{ negated 1 }}"), EndsWith("expected bool; found 1"));
  EXPECT_THAT(render("{{ negated true }}"), EndsWith("at <negated true>: error calling negated: never true"));
  EXPECT_THAT(render("{{ twice nil }}"), EndsWith("cannot assign nil to int"));
  EXPECT_THAT(render("{{ twice . }}"), EndsWith("at <.>: invalid value; expected int"));
  EXPECT_THAT(render("{{ \"x\" | twice }}"), EndsWith("wrong type for value; expected int; got string"));
}

TEST(Sets, ShareDefinitionsAcrossTexts) {
  TemplateSet set;
  ASSERT_TRUE(set.add("a.tmpl", "{{ define \"x\" }}x of a{{ end }}{{ define \"y\" }}y of a{{ end }}"));
  ASSERT_TRUE(set.add("b.tmpl", "{{ define \"x\" }}x of b{{ end }}{{ define \"y\" }}  {{ end }}"));
  ASSERT_TRUE(set.add("main", "{{ template \"x\" }}, {{ template \"y\" }}"));
  EXPECT_EQ(set.execute("main", {}), "x of b, y of a");
  EXPECT_EQ(set.execute("y", {}), "y of a");
  EXPECT_TRUE(set.defines("x"));
  EXPECT_FALSE(set.defines("z"));
  EXPECT_FALSE(set.execute("z", {}));
}

TEST(Sets, RefuseTheSameNameTwiceInOneText) {
  TemplateSet set;
  const auto added = set.add("f", "{{ define \"x\" }}1{{ end }}\n{{ define \"x\" }}2{{ end }}");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error(), "template: f:2: template: multiple definition of template \"x\"");
  EXPECT_FALSE(set.defines("x"));
}

TEST(Sets, NameThePlaceInTheTextThatItIsIn) {
  TemplateSet set;
  ASSERT_TRUE(set.add("lib.tmpl", "line\n{{ define \"x\" }}\n  {{ .Y.Z }}{{ end }}"));
  ASSERT_TRUE(set.add("main", "{{ template \"x\" . }}"));
  const auto result = set.execute("main", make_text("a"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), "template: lib.tmpl:3:7: executing \"x\" at <.Y.Z>: can't evaluate field Y in type string");
}

TEST(Sets, AreLeftAloneByWhatIsAddedToACopy) {
  TemplateSet set;
  ASSERT_TRUE(set.add("lib", "{{ define \"x\" }}before{{ end }}"));
  TemplateSet once = set;
  ASSERT_TRUE(once.add("", "{{ define \"x\" }}after{{ end }}{{ template \"x\" }}"));
  EXPECT_EQ(once.execute("", {}), "after");
  EXPECT_EQ(set.execute("x", {}), "before");
}

TEST(GoTime, ShowsTimesInTheirZones) {
  struct Newfoundland : Zone {
    Reading at(std::int64_t t) const override { return t < 0 ? Reading{-12'600, "NST"} : Reading{-9'000, "NDT"}; }
  };
  const auto zone = std::make_shared<const Newfoundland>();
  EXPECT_EQ(go_time({-1, zone}), "1969-12-31 20:29:59.999 -0330 NST");
  EXPECT_EQ(go_time({0, zone}), "1969-12-31 21:30:00 -0230 NDT");
  EXPECT_EQ(go_format_time({0, zone}, "Z07:00 -07 Z07 Jan _2 pm"), "-02:30 -02 -02 Dec 31 pm");
  EXPECT_EQ(go_time({kZeroTime}), "0001-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(go_duration(nanoseconds_between({0}, {5'400'000})), "1h30m0s");
  EXPECT_EQ(go_duration(nanoseconds_between({5'400'000}, {0})), "-1h30m0s");
  EXPECT_EQ(go_duration(-1), "-1ns");
  EXPECT_EQ(go_duration(-1'500), "-1.5µs");
  EXPECT_EQ(go_duration(INT64_MIN), "-2562047h47m16.854775808s");
  EXPECT_EQ(nanoseconds_between({kZeroTime}, {0}), INT64_MAX);
}

// What Go 1.25 gives for the same.
TEST(GoTime, ReckonsWithDates) {
  TemplateSet set;
  const auto shown = [&](std::string_view text) {
    EXPECT_TRUE(set.add("T", std::string(text)));
    return set.execute("T", make_time({1'772'544'600'250})).value_or("error");  // 2026-03-03T13:30:00.25Z
  };
  EXPECT_EQ(shown("{{ (.AddDate 0 1 0).Format \"2006-01-02 15:04\" }}"), "2026-04-03 13:30");
  EXPECT_EQ(shown("{{ (.AddDate 0 -3 28).Format \"2006-01-02\" }}"), "2025-12-31");
  EXPECT_EQ(shown("{{ ((.AddDate 2 -1 0).AddDate 0 0 27).Format \"2006-01-02\" }}"), "2028-03-01");
  EXPECT_EQ(shown("{{ (.AddDate 0 -14 0).Format \"2006-01-02\" }}"), "2025-01-03");
  EXPECT_EQ(shown("{{ .Local.Format \"15:04 MST\" }}"), "13:30 UTC");
  EXPECT_EQ(shown("{{ .Nanosecond }} {{ .UnixMicro }} {{ .UnixNano }}"),
            "250000000 1772544600250000 1772544600250000000");
  EXPECT_EQ(shown("{{ (.Truncate 3600000000000).Format \"15:04:05.999\" }}"), "13:00:00");
  EXPECT_EQ(shown("{{ (.Round 3600000000000).Format \"15:04:05.999\" }}"), "14:00:00");
  EXPECT_EQ(shown("{{ (.Truncate (.Sub (.Add (.Sub .)))).Format \"15:04:05.999\" }}"), "13:30:00.25");
}

TEST(Values, KnowPointersLikeGo) {
  const Value nil{&types::time_pointer, false, {}};
  TemplateSet set;
  ASSERT_TRUE(set.add("T", "{{ if . }}there{{ else }}nil{{ end }}{{ .Year }}"));
  EXPECT_EQ(set.execute("T", make_time({0}, types::time_pointer)), "there1970");
  const auto result = set.execute("T", nil);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), EndsWith("error calling Year: value method time.Time.Year called using nil *time.Time "
                                       "pointer"));
}

}  // namespace
}  // namespace firedrill::templates
