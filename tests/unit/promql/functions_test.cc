#include "promql/functions/functions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "promql/engine.h"
#include "promql/memory.h"
#include "promql/parse/parser.h"

namespace firedrill::promql {
namespace {

std::string argument(ValueType type) {
  switch (type) {
    case ValueType::scalar:
      return "0.5";
    case ValueType::matrix:
      return "m[5m]";
    case ValueType::string:
      return "\"x\"";
    default:
      return "m";
  }
}

std::string call(const Function& function) {
  std::string text(function.name);
  text += "(";
  for (std::size_t i = 0; i < function.arguments.size(); ++i) {
    if (function.name == "info" && i == 1) break;
    const bool second = i > 0 && function.name == "histogram_quantiles" && i + 1 == function.arguments.size();
    text += (i > 0 ? ", " : "") + (second ? "0.9" : argument(function.arguments[i]));
  }
  return text + ")";
}

TEST(Functions, TableIsSortedAndSaysWhatEachDoes) {
  EXPECT_TRUE(std::ranges::is_sorted(functions(), {}, &Function::name));
  for (const Function& function : functions()) {
    EXPECT_FALSE(function.doc.empty()) << function.name;
    EXPECT_FALSE(function.in_v2 == Standing::unknown && function.in_v3 == Standing::unknown) << function.name;
    EXPECT_EQ(find_function(function.name), &function);
  }
  EXPECT_EQ(find_function("rat"), nullptr);
}

// Whatever the table offers can be called, in each version that has it.
TEST(Functions, AllEvaluate) {
  MemoryStore store;
  for (const char* le : {"0.5", "+Inf"}) {
    const SeriesRef ref = store.series({{"__name__", "m"}, {"le", le}});
    for (int i = 0; i < 10; ++i) store.append(ref, Time(Duration(i * 60000)), i * 0.05);
  }
  for (const Function& function : functions()) {
    for (const Version version : {Version::v2, Version::v3_5, Version::v3}) {
      const bool known = function.standing(version) != Standing::unknown && function.special != Special::not_supported;
      const auto parsed = parse_text(call(function), {.version = version, .experimental_functions = true});
      ASSERT_EQ(parsed.has_value(), known) << call(function);
      if (!known) continue;
      Query query(*parsed, store, {.version = version, .experimental_functions = true});
      const auto value = query.at(Time(Duration(540000)));
      ASSERT_TRUE(value) << call(function) << ": " << value.error();
      if (function.special == Special::native_histogram) {
        EXPECT_TRUE(std::get<Vector>(*value).empty()) << call(function);
      }
      EXPECT_EQ(std::holds_alternative<Scalar>(*value), function.result == ValueType::scalar) << call(function);
    }
  }
}

TEST(Engine, SaysHowFarBackAnExpressionLooks) {
  const auto reach = [](const char* text) -> std::optional<Duration> {
    return Query::reach(**parse_text(text, {}), {});
  };
  EXPECT_EQ(reach("1"), 0s);
  EXPECT_EQ(reach("m"), 5min);
  EXPECT_EQ(reach("m offset 1h"), 65min);
  EXPECT_EQ(reach("m offset -1h"), 0s);
  EXPECT_EQ(reach("rate(m[30m]) > m"), 30min);
  EXPECT_EQ(reach("max_over_time(rate(m[5m] offset 1m)[1h:] offset 10m)"), 76min);
  EXPECT_EQ(reach("m @ 100"), std::nullopt);
  EXPECT_EQ(reach("m @ end()"), 5min);
}

TEST(Engine, HostileExpressionsFailWithinBounds) {
  MemoryStore store;
  const SeriesRef ref = store.series({{"__name__", "m"}, {"x", "ab"}});
  store.append(ref, Time(), 1);
  const auto error = [&](const std::string& text) {
    Query query(*parse_text(text, {}), store, {});
    const auto value = query.at(Time());
    return value ? std::string() : value.error();
  };
  std::string doubling = "m";
  for (int i = 0; i < 200; ++i) doubling = "label_replace(" + doubling + ", \"x\", \"$1$1\", \"x\", \"(.*)\")";
  EXPECT_EQ(error(doubling), "label \"x\" would become longer than 1 MiB");
  std::string joining = "m";
  for (int i = 0; i < 200; ++i) joining = "label_join(" + joining + ", \"x\", \"\", \"x\", \"x\")";
  EXPECT_EQ(error(joining), "label \"x\" would become longer than 1 MiB");
  EXPECT_EQ(error("sum_over_time(m[10y:1ms])"),
            "query processing would load too many samples into memory in query execution");
}

TEST(Engine, CountsTheSeriesOfEachSelector) {
  MemoryStore store;
  store.series({{"__name__", "a"}, {"x", "1"}});
  store.series({{"__name__", "a"}, {"x", "2"}});
  const auto expr = *parse_text("sum(a) / scalar(b) + on () rate(a{x=\"1\"}[5m])", {});
  Query query(expr, store, {});
  const auto coverage = query.coverage();
  ASSERT_EQ(coverage.size(), 3U);
  EXPECT_EQ(coverage[0].series, 2U);
  EXPECT_EQ(coverage[1].series, 0U);
  EXPECT_EQ(coverage[2].series, 1U);
  store.series({{"__name__", "b"}});
  EXPECT_EQ(query.coverage()[1].series, 1U);
}

}  // namespace
}  // namespace firedrill::promql
