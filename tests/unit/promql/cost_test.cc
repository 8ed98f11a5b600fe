// What an evaluation may cost: a few characters of PromQL must not keep a machine busy for a day.
#include <gtest/gtest.h>

#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/memory.h"
#include "promql/parse/parser.h"

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

// Over the whole command: all queries over the same data share the budget.
TEST(Cost, OfAllQueriesTogetherIsBounded) {
  struct Case {
    const char* what;
    Bound bound;
    std::int64_t most;
    const char* expression;
    int fit;  // so many such queries, evaluated once each
  };
  const std::vector<Case> cases = {
      {"windows of subqueries", Bound::samples_held, 10'000, "max_over_time(vector(1)[1h:1s])", 2},
      {"samples read", Bound::samples_read, 200'000, "quantile_over_time(0.5, vector(1)[10h:1s])", 1},
      {"label sets", Bound::label_bytes, 1'000'000, "count_over_time(count_values(\"t\", vector(time()))[1h:2s])", 0},
      {"no more than people write", Bound::samples_held, 200'000, "max_over_time(vector(1)[1h:1m])", 100},
  };
  for (const Case& each : cases) {
    Budget budget;
    budget.limit(each.bound, each.most);
    const MemoryStore data(&budget);
    std::vector<Query> queries;
    for (int i = 0; i < each.fit; ++i) {
      queries.emplace_back(parse(each.expression), data, Options());
      EXPECT_EQ(error_at(queries.back(), Time(10h)), "") << each.what;
    }
    EXPECT_FALSE(budget.exceeded()) << each.what;
    if (each.fit == 100) continue;
    queries.emplace_back(parse(each.expression), data, Options());
    const std::string error = error_at(queries.back(), Time(10h));
    EXPECT_EQ(error, budget.summary()) << each.what;
    EXPECT_TRUE(budget.exceeded()) << each.what;
  }
}

// Its inner samples are kept by series, each of which takes its place.
TEST(Cost, OfTheSeriesOfASubqueryIsBounded) {
  Budget budget;
  budget.limit(Bound::label_bytes, 2'200'000);
  MemoryStore data(&budget);
  for (int i = 0; i < 4000; ++i) {
    data.append(data.series({{"__name__", "up"}, {"i", std::to_string(i)}}), Time(1h), 1);
  }
  const auto error = [&](const char* expression) {
    Query query(parse(expression), data, Options());
    return error_at(query, Time(1h));
  };
  const std::string refused = error("count(last_over_time(up[1m:30s]))");
  EXPECT_EQ(refused, budget.summary());
  EXPECT_TRUE(budget.exceeded());
}

TEST(Cost, OfAQueryThatIsGoneIsGivenBack) {
  Budget budget;
  budget.limit(Bound::samples_held, 10'000);
  const MemoryStore data(&budget);
  for (int i = 0; i < 100; ++i) {
    Query query(parse("max_over_time(vector(1)[1h:1s])"), data, Options());
    EXPECT_EQ(error_at(query, Time(1h)), "");
  }
}

TEST(Cost, OfARangeIsThatOfAllItsSteps) {
  const MemoryStore data = store();
  Options options;
  options.max_read = 100'000;
  const auto error_over = [&](const char* expression, Duration step) {
    Query query(parse(expression), data, options);
    const auto matrix = query.range(Time(), Time(1h), step);
    return matrix ? std::string() : matrix.error();
  };
  EXPECT_EQ(error_over("quantile_over_time(0.5, up[10m])", 1min), "");
  EXPECT_EQ(error_over("quantile_over_time(0.5, up[10m])", 1s), kTooManyRead);
  EXPECT_EQ(error_over("max_over_time(vector(1)[10m:1s])", 1min), "");
  EXPECT_EQ(error_over("max_over_time(vector(1)[10m:1s])", 15s), kTooManyRead) << "known before the first step";
  options.max_held = 1000;
  EXPECT_EQ(error_over("up", 1min), "");
  EXPECT_EQ(error_over("up", 1s), kTooManyHeld) << "the result is held too";
}

// The ends of 64 bits are harmless: what UBSan would report is reported in the sanitizers' build.
TEST(Cost, OfFarTimesIsNone) {
  const MemoryStore data = store();
  for (const Time t : {Time(-kFarthest), Time(), Time(kFarthest)}) {
    for (const char* expression :
         {"up", "up offset 292y", "up offset -292y", "up @ 9e15", "sum_over_time(up[292y] @ -9e15)",
          "sum_over_time(sum_over_time(up[292y:292y] offset 292y)[292y:292y] offset -292y)",
          "timestamp(up) + time()"}) {
      Query query(parse(expression), data, Options());
      EXPECT_EQ(error_at(query, t), "") << expression;
    }
  }
  Query query(parse("vector(1)"), data, Options());
  const auto whole = query.range(Time(-kFarthest), Time(kFarthest), kFarthest);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->front().samples.size(), 3U);
}

}  // namespace
}  // namespace firedrill::promql
