#include "yaml/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/report.h"
#include "base/text/format.h"
#include "yaml/units.h"

namespace firedrill::yaml {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// One field of a type, decoded from `x: <text>`.
struct Decoded {
  std::optional<FieldValue> value;
  std::string error;  // "what | remedy" of the first, empty if none
};

Decoded decode(FieldSpec spec, const std::string& text) {
  Diagnostics diagnostics;
  const auto document = Document::parse(make_source("f.yaml", "x: " + text + "\n"), diagnostics);
  Decoded decoded;
  if (document != nullptr) decoded.value = decode_value(*document->root().find("x"), spec, diagnostics);
  if (!diagnostics.empty()) decoded.error = format("{} | {}", diagnostics[0].what, diagnostics[0].remedy);
  return decoded;
}

FieldSpec field(FieldType type) {
  FieldSpec spec;
  spec.name = "x";
  spec.type = type;
  return spec;
}

template <typename T>
void expect_value(FieldType type, const std::string& text, const T& wanted) {
  const Decoded decoded = decode(field(type), text);
  ASSERT_TRUE(decoded.value.has_value()) << text << ": " << decoded.error;
  ASSERT_TRUE(std::holds_alternative<T>(*decoded.value)) << text;
  EXPECT_EQ(std::get<T>(*decoded.value), wanted) << text;
}

TEST(DecodeValue, TakesWhatAFileWouldSay) {
  expect_value(FieldType::boolean, "true", true);
  expect_value(FieldType::boolean, "off", false);
  expect_value(FieldType::integer, "0x10", std::int64_t{16});
  expect_value(FieldType::integer, "3.0", std::int64_t{3});
  expect_value(FieldType::number, "3", 3.0);
  expect_value(FieldType::number, "1e-3", 0.001);
  expect_value(FieldType::text, "yes", std::string("yes"));
  expect_value(FieldType::text, "8080", std::string("8080"));
  expect_value(FieldType::duration, "1h30m", Duration(90min));
  expect_value(FieldType::duration, "0", Duration(0));
  expect_value(FieldType::duration, "'250ms'", Duration(250));
  expect_value(FieldType::offset, "-5m", Duration(-5min));
  expect_value(FieldType::offset, "+5m", Duration(5min));
  expect_value(FieldType::instant, "2026-03-03T13:30:00+01:00", *parse_instant("2026-03-03T12:30:00Z"));
  expect_value(FieldType::ratio, "60%", 0.6);
  expect_value(FieldType::ratio, "0.6", 0.6);
  expect_value(FieldType::ratio, "99.95 %", 0.9995);
  expect_value(FieldType::bytes, "512Mi", 512.0 * 1024 * 1024);
  expect_value(FieldType::bytes, "4096", 4096.0);
  expect_value(FieldType::texts, "one", std::vector<std::string>{"one"});
  expect_value(FieldType::texts, "[one, 2]", std::vector<std::string>{"one", "2"});
  expect_value(FieldType::text_map, "{a: 1, b: , c: yes}",
               std::map<std::string, std::string>{{"a", "1"}, {"b", ""}, {"c", "yes"}});
  expect_value(FieldType::distribution, "20ms", DistributionSpec{.distribution = "constant", .p50 = 20ms});
  expect_value(FieldType::distribution, "{distribution: lognormal, p50: 20ms, p99: 180ms}",
               DistributionSpec{.distribution = "lognormal", .p50 = 20ms, .p99 = 180ms});
  expect_value(FieldType::target, "{service: web, mode: fixed, value: 2}", TargetSpec{"web", "", "fixed", 2, ""});
  expect_value(FieldType::target, "{zone: a, mode: fixed-percent, value: 50%}",
               TargetSpec{"", "a", "fixed-percent", 0.5, ""});
}

struct Wrong {
  FieldType type;
  std::string text;
  std::string error;
};
class DecodeRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(DecodeRefuses, WithTheNearestThingThatWouldDo) {
  const Decoded decoded = decode(field(GetParam().type), GetParam().text);
  EXPECT_FALSE(decoded.value.has_value());
  EXPECT_EQ(decoded.error, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Values, DecodeRefuses,
    testing::Values(
        Wrong{FieldType::boolean, "'true'", "'x' cannot be the text 'true' | write it without quotes: true"},
        Wrong{FieldType::boolean, "1", "'x' cannot be the number 1 | expected true or false"},
        Wrong{FieldType::integer, "1.5", "'x' must be a whole number, found 1.5 | expected a whole number such as 3"},
        Wrong{FieldType::integer, "'3'", "'x' cannot be the text '3' | write it without quotes: 3"},
        Wrong{FieldType::integer, "9223372036854775808",
              "'x' is too large: 9223372036854775808 | expected a whole number such as 3"},
        Wrong{FieldType::number, ".nan", "'x' cannot be NaN | expected a number such as 0.5"},
        Wrong{FieldType::text, "[a]", "'x' cannot be a list | expected a text"},
        Wrong{FieldType::duration, "1 hour 30 min", "'x': '1 hour 30 min' is not a duration | did you mean '1h30m'?"},
        Wrong{FieldType::duration, "5M", "'x': '5M' is not a duration | did you mean '5m'?"},
        Wrong{FieldType::duration, "0.5s",
              "'x': '0.5s' is not a duration | did you mean '500ms'? Durations have no decimal point"},
        Wrong{FieldType::duration, "soon",
              "'x': 'soon' is not a duration | expected a duration such as 30s, 5m or 1h30m"},
        Wrong{FieldType::duration, "30m1h",
              "'x': '30m1h' is not a duration | expected a duration such as 30s, 5m or 1h30m"},
        Wrong{FieldType::ratio, "half", "'x' cannot be the text 'half' | expected a ratio such as 60% or 0.6"},
        Wrong{FieldType::bytes, "1KB", "'x' cannot be the text '1KB' | did you mean '1k'?"},
        Wrong{FieldType::bytes, "a lot",
              "'x' cannot be the text 'a lot' | expected a size such as 512Mi, 1Gi, 100M or 4096"},
        Wrong{FieldType::texts, "{a: b}", "'x' cannot be a mapping | expected a list of texts such as [a, b]"},
        Wrong{FieldType::distribution, "{distribution: exponential, p50: 1s, mean: 2s}",
              "'x': an exponential distribution takes one of p50, p90, p99 and mean | expected a duration, or for "
              "example {distribution: lognormal, p50: 20ms, p99: 180ms}"}));

TEST(DecodeValue, KeepsToItsBounds) {
  FieldSpec spec = field(FieldType::duration);
  spec.min = 1;
  spec.max = 60;
  EXPECT_EQ(decode(spec, "500ms").error, "'x' must be at least 1s, found 500ms | expected 1s to 1m");
  EXPECT_EQ(decode(spec, "2m").error, "'x' must be at most 1m, found 2m | expected 1s to 1m");
  spec.type = FieldType::ratio;
  spec.min = 0;
  spec.max = 1;
  EXPECT_EQ(decode(spec, "60").error, "'x' must be at most 100%, found 60 | did you mean '60%'?");
  EXPECT_EQ(decode(spec, "-1%").error, "'x' must be at least 0%, found -1% | expected 0% to 100%");
}

TEST(DecodeFields, GivesDefaultsAndPlaces) {
  constexpr FieldSpec kTable[] = {
      {.name = "a", .type = FieldType::duration, .doc = "", .default_text = "5m"},
      {.name = "b", .type = FieldType::texts, .doc = "", .default_text = "[x, y]"},
      {.name = "c", .type = FieldType::text, .doc = ""},
      {.name = "d", .type = FieldType::integer, .doc = ""},
  };
  Diagnostics diagnostics;
  const auto document = Document::parse(make_source("f.yaml", "c: hello\nd: 7\n"), diagnostics);
  const Fields fields = decode_fields(document->root(), kTable, {}, "the block", Nulls::strict, diagnostics);
  EXPECT_THAT(diagnostics, IsEmpty());
  EXPECT_EQ(fields.duration("a"), Duration(5min));
  EXPECT_EQ(fields.texts("b"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(fields.text("c"), "hello");
  EXPECT_EQ(fields.where("d").line, 2U);
  EXPECT_EQ(fields.where("d").column, 4U);
  EXPECT_EQ(fields.where("a").line, 1U);
}

TEST(DecodeFields, TellsAllErrorsAtOnce) {
  constexpr FieldSpec kTable[] = {
      {.name = "replicas", .type = FieldType::integer, .required = true, .doc = "Number of pods."},
      {.name = "startup", .type = FieldType::duration, .doc = ""},
  };
  Diagnostics diagnostics;
  const auto document = Document::parse(make_source("f.yaml", "startup: 5\nreplica: 3\n"), diagnostics);
  decode_fields(document->root(), kTable, {}, "service 'web'", Nulls::strict, diagnostics);
  tidy(diagnostics);
  EXPECT_EQ(render(diagnostics),
            "f.yaml:1:1: error: service 'web' lacks 'replicas'\n"
            "    1 | startup: 5\n"
            "      | ^\n"
            "      = help: add `replicas: …`: number of pods\n"
            "f.yaml:1:10: error: 'startup': 5 has no unit\n"
            "    1 | startup: 5\n"
            "      |          ^\n"
            "      = help: write 5s for seconds, 5m for minutes\n"
            "f.yaml:2:1: error: unknown key 'replica' in service 'web'\n"
            "    2 | replica: 3\n"
            "      | ^^^^^^^\n"
            "      = help: did you mean 'replicas'?\n");
}

TEST(DecodeFields, ReadsNullAsAbsentWhereOwnersDo) {
  constexpr FieldSpec kTable[] = {{.name = "for", .type = FieldType::duration, .doc = ""}};
  Diagnostics diagnostics;
  const auto document = Document::parse(make_source("f.yaml", "for:\n"), diagnostics);
  EXPECT_FALSE(decode_fields(document->root(), kTable, {}, "rule", Nulls::absent, diagnostics).has("for"));
  EXPECT_THAT(diagnostics, IsEmpty());
  decode_fields(document->root(), kTable, {}, "rule", Nulls::strict, diagnostics);
  EXPECT_THAT(render(diagnostics), HasSubstr("'for' has no value"));
}

TEST(Quantities, AreThoseOfKubernetes) {
  EXPECT_EQ(parse_quantity("1.5Gi"), 1.5 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse_quantity("100M"), 1e8);
  EXPECT_EQ(parse_quantity("500m"), 0.5);
  EXPECT_EQ(parse_quantity("1e3"), 1000.0);
  EXPECT_EQ(parse_quantity("2E"), 2e18);
  EXPECT_EQ(parse_quantity("Mi"), std::nullopt);
  EXPECT_EQ(parse_quantity("1e999"), std::nullopt);
  EXPECT_EQ(parse_quantity("inf"), std::nullopt);
  EXPECT_EQ(parse_quantity(""), std::nullopt);
}

// Too many to look for the nearest name of each, and then too many to show.
TEST(ManyErrors, EachSayWhatHelps) {
  Diagnostics diagnostics;
  for (int i = 0; i < 300; ++i) {
    report(diagnostics, {make_source(format("{:03}.yaml", i), "x")}, format("unknown key 'x{}'", i),
           suggest_one("dration", std::vector<std::string>{"duration", "warmup"}, diagnostics));
  }
  EXPECT_EQ(diagnostics.front().remedy, "did you mean 'duration'?");
  EXPECT_EQ(diagnostics.back().remedy, "take one that there is");
  tidy_and_limit(diagnostics);
  ASSERT_EQ(diagnostics.size(), 101U);
  EXPECT_EQ(diagnostics.back().what, "200 more of the kind are not shown");
  EXPECT_EQ(diagnostics.back().remedy, "begin with those that are");
}

}  // namespace
}  // namespace firedrill::yaml
