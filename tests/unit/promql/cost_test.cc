// What an evaluation may cost: a few characters of PromQL must not keep a machine busy for a day.
#include <gtest/gtest.h>

#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/memory.h"
#include "promql/parser.h"

namespace firedrill::promql {
namespace {

std::shared_ptr<const Expr> parse(std::string_view text) {
  return *parse_text(text, {});
}

// Three series with a sample every 15 s for an hour.
MemoryStore store() {
  MemoryStore data;
  for (const char* instance : {"a", "b", "c"}) {
    const SeriesRef series = data.series(model::Labels::from({{"__name__", "up"}, {"instance", instance}}));
    for (int i = 0; i <= 240; ++i) data.append(series, Time(i * 15s), i % 7);
  }
  return data;
}

std::string error_at(Query& query, Time t) {
  const auto value = query.at(t);
  return value ? "" : value.error();
}

TEST(Cost, IsKnownOfSubqueriesThatNobodyCouldEvaluate) {
  const auto first = too_costly(*parse("max_over_time(up[366d:1ms])"), {});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->what, "the subquery [366d:1ms] has 31.6 G steps, and an evaluation may hold 50 M samples");
  EXPECT_EQ(first->where.begin, 14U);

  const auto second = too_costly(*parse("1 + max_over_time(max_over_time(up[30m:1ms])[30m:1ms])"), {});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->what,
            "the subquery [30m:1ms] reads 1.8 M samples of the one within at each of its 1.8 M steps, and an "
            "evaluation may read 1 G in all");
  EXPECT_EQ(second->where.begin, 18U);
  EXPECT_EQ(second->remedy, "lengthen the steps, or shorten the ranges");
}

TEST(Cost, OfWhatPeopleWriteIsWithinTheBounds) {
  for (const char* text : {"up", "rate(up[30d])", "max_over_time(rate(up[5m])[30d:1m])",
                           "avg_over_time(max_over_time(up[1h:1m])[30d:5m])", "max_over_time(up[30m:1ms])"}) {
    EXPECT_FALSE(too_costly(*parse(text), {})) << text;
  }
}

TEST(Cost, InSamplesReadIsBounded) {
  const MemoryStore data = store();
  const Time end(3600s);
  Options options;
  options.max_read = 50'000;
  Query cheap(parse("max_over_time(up[30m])"), data, options);
  EXPECT_EQ(error_at(cheap, end), "");
  Query costly(parse("max_over_time(quantile_over_time(0.5, up[30m])[30m:10s])"), data, options);
  EXPECT_EQ(error_at(costly, end), "the evaluation reads too many samples");
  // It recovers: the bound is of one evaluation.
  Query ten(parse("quantile_over_time(0.5, up[1h])"), data, options);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(error_at(ten, end), "");
  EXPECT_EQ(ten.samples_read(), 3 * 240);
}

TEST(Cost, InSamplesHeldIsBoundedAsInPrometheus) {
  const MemoryStore data = store();
  const Time end(3600s);
  Options options;
  options.max_held = 1000;
  Query fits(parse("max_over_time(up[10m:2s])"), data, options);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(error_at(fits, end + 15s * i), "");
  Query more(parse("max_over_time(up[10m:1s])"), data, options);
  const std::string too_many = "query processing would load too many samples into memory in query execution";
  EXPECT_EQ(error_at(more, end), too_many);
  Query both(parse("max_over_time(up[10m:2s]) + min_over_time(up[10m:2s])"), data, options);
  EXPECT_EQ(error_at(both, end), too_many) << "what two subqueries hold adds up";
}

}  // namespace
}  // namespace firedrill::promql
