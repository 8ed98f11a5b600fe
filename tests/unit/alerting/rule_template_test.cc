// Templates and what promtool 3.5 renders them to: templates.json was written by promtool itself, and
// promtool_oracle_test.cc asks it again.
#include "alerting/annotations/rule_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files/files.h"
#include "base/text/json.h"

namespace firedrill::alerting {
namespace {

using testing::HasSubstr;

// The world in which templates.json was rendered.
const model::Labels kLabels{
    {"__name__", "m"}, {"code", "500"}, {"instance", "web-0.shop.example:8080"}, {"job", "api"}};
constexpr double kValue = 3.7e-3;

TemplateWorld world() {
  TemplateWorld world;
  world.external_labels = {{"cluster", "eu1"}};
  world.external_url = "https://prom.example:9090/path";
  world.query = [](const std::string& expression, Time) -> std::expected<promql::Vector, std::string> {
    if (expression == "!!") return std::unexpected("1:1: parse error: unexpected character after '!': '!'");
    if (expression != "other") return promql::Vector{};
    return promql::Vector{{{{"__name__", "other"}, {"job", "b"}}, 2}, {{{"__name__", "other"}, {"job", "a"}}, 1}};
  };
  return world;
}

std::string rendered(std::string_view text, promql::Version version = promql::Version::v3) {
  const auto parsed = Template::parse("T", text, version);
  if (!parsed) return "refused: " + parsed.error();
  TemplateWorld seen = world();
  seen.version = version;
  return parsed->render({kLabels, kValue}, seen, Time{});
}

TEST(Template, RendersAsPromtoolDoes) {
  const auto source = read_source(FIREDRILL_SOURCE_DIR "/tests/unit/alerting/templates.json");
  ASSERT_TRUE(source) << render(source.error());
  const auto cases = read_json(*source);
  ASSERT_TRUE(cases) << render(cases.error());
  ASSERT_GT(cases->as_array().size(), 200u);
  for (const json::value& c : cases->as_array()) {
    const std::string text(c.at("template").as_string());
    const json::value* gives = c.as_object().if_contains("gives");
    const std::string expected =
        gives ? std::string(gives->as_string()) : "refused: " + std::string(c.at("refused").as_string());
    EXPECT_EQ(rendered(text), expected) << text;
  }
}

// promtool 2.42 was built with Go 1.19, and with older functions.
TEST(Template, RendersInVersion2AsItDid) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{{ \"a.b.c\" | title }} {{ \"1h30m\" | title }} {{ \"don't d/e:f foo_bar\" | title }}",
       "A.B.C 1h30m Don'T D/E:F Foo_bar"},
      {"{{ with args 1 }}{{ range .arg0 }}x{{ end }}{{ end }}", "at <.arg0>: range can't iterate over 1>"},
      {"{{ call 3 }}", "error calling call: non-function of type int>"},
      {"{{ parseDuration \"1.5h\" }}", "not a valid duration string: \"1.5h\">"},
  };
  for (const auto& [text, expected] : cases) EXPECT_THAT(rendered(text, promql::Version::v2), HasSubstr(expected));
}

TEST(Template, KnowsWhatCameAfter35) {
  EXPECT_EQ(rendered("{{ urlQueryEscape \"a b&c\" }}"), "a+b%26c");
  EXPECT_EQ(rendered("{{ toDuration 90 }} {{ toDuration 0.0015 }} {{ (toDuration 5400).Hours }}"), "1m30s 1.5ms 1.5");
  const auto now = Template::parse("T", "{{ now }}");
  ASSERT_TRUE(now);
  EXPECT_EQ(now->render({kLabels, kValue}, world(), Time(std::chrono::seconds(90))), "90");
}

TEST(Template, SeesTheExternalUrl) {
  EXPECT_EQ(rendered("{{ externalURL }} {{ pathPrefix }}"), "https://prom.example:9090/path /path");
}

TEST(Template, HasNoUrlForFunctionsWherePromtoolHasNone) {
  TemplateWorld promtool = world();
  promtool.url_functions = false;
  const auto parsed = Template::parse("T", "{{ $externalURL }} {{ pathPrefix }}");
  ASSERT_TRUE(parsed);
  const auto text = parsed->try_render({kLabels, kValue}, promtool, Time{});
  ASSERT_FALSE(text);
  EXPECT_TRUE(
      text.error().ends_with("error calling pathPrefix: runtime error: invalid memory address or nil pointer "
                             "dereference"))
      << text.error();
}

TEST(Template, IsBounded) {
  std::string dollars;
  for (int i = 0; i < 10'000; ++i) dollars += "$1";
  EXPECT_THAT(rendered("{{ printf \"%9999d\" 1 | reReplaceAll \"(.*)\" \"" + dollars + "\" }}"),
              HasSubstr("error calling reReplaceAll: a text larger than 1048576 bytes"));
  std::string nested = "{{ $x := args 1 }}";
  for (int i = 0; i < 40; ++i) nested += "{{ $x = args $x $x }}";
  EXPECT_THAT(rendered(nested + "{{ $x }}"), HasSubstr("output larger than 1048576 bytes"));
  EXPECT_THAT(rendered(nested + "{{ len (print $x) }}"), HasSubstr("a text larger than 1048576 bytes"));
  EXPECT_THAT(rendered(std::string(300'000, 'x')), HasSubstr("larger than 262144 bytes"));
}

TEST(Template, TellsWhatItDependsOn) {
  struct Case {
    std::string text;
    bool constant;
    bool value;
    bool query;
    std::vector<std::string> labels;
  };
  const std::vector<Case> cases = {
      {"plain", true, false, false, {}},
      {"{{ $labels.job }} {{ .Labels.instance }}", false, false, false, {"job", "instance"}},
      {"{{ if $labels.job }}{{ $labels.job }}{{ end }}{{ (.Labels.pod) }}", false, false, false, {"pod"}},
      {"{{ index $labels \"a-b\" }} {{ $externalLabels.x }}", false, false, false, {"a-b"}},
      // Its own variable of that name may be anything.
      {"{{ range query \"up\" }}{{ $labels := .Labels }}{{ $labels.pod }}{{ end }}", false, true, true, {}},
      {"{{ $labels := .Labels }}{{ $labels.pod }} {{ index $labels \"a\" }} {{ .Labels.job }}",
       false,
       false,
       false,
       {"job"}},
      {"{{ $value }}", false, true, false, {}},
      {"{{ .Value | humanize }}", false, true, false, {}},
      {"{{ . }}", false, true, false, {}},
      {"{{ with query \"up\" }}{{ end }}", false, true, true, {}},
  };
  for (const Case& c : cases) {
    const auto parsed = Template::parse("T", c.text);
    ASSERT_TRUE(parsed) << c.text;
    EXPECT_EQ(parsed->constant(), c.constant) << c.text;
    EXPECT_EQ(parsed->depends_on_value(), c.value) << c.text;
    EXPECT_EQ(parsed->calls_query(), c.query) << c.text;
    std::vector<std::string> labels;
    for (const LabelUse& use : parsed->labels_used()) {
      labels.push_back(use.label);
      EXPECT_EQ(c.text.substr(use.offset, use.label.size()), use.label);
    }
    EXPECT_EQ(labels, c.labels) << c.text;
  }
}

}  // namespace
}  // namespace firedrill::alerting
