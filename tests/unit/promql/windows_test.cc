// Windows that move on must give what reading all their samples gives, bit by bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "base/random.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/functions/blocks.h"
#include "promql/functions/implementations.h"
#include "promql/memory.h"
#include "promql/parse/parser.h"

namespace firedrill::promql {
namespace {

std::uint64_t bits(double v) {
  return v != v ? 1 : std::bit_cast<std::uint64_t>(v);
}

std::vector<double> samples(RandomStream& chance, int kind, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    switch (kind) {
      case 0:
        values.push_back(chance.uniform());
        break;
      case 1:
        values.push_back(static_cast<double>(chance.below(100)) - 50);
        break;
      case 2:
        values.push_back(chance.normal() * 1e6);
        break;
      case 3:
        values.push_back(chance.below(50) == 0 ? std::numeric_limits<double>::quiet_NaN() : chance.normal());
        break;
      case 4:
        values.push_back(chance.below(2) == 0 ? chance.uniform() * 1e17 : chance.uniform());
        break;
      default:
        values.push_back(i % 3 == 0 ? -0.0 : 0.0);
        break;
    }
  }
  return values;
}

TEST(Windows, BlocksGiveWhatSamplesGive) {
  RandomStream chance(7, "blocks");
  const RangeFunction functions[] = {sum_over_time, avg_over_time, max_over_time, min_over_time};
  for (int kind = 0; kind < 6; ++kind) {
    const std::vector<double> values = samples(chance, kind, 4000);
    const std::vector<std::int64_t> times(values.size(), 1);
    Blocks blocks;
    for (int i = 0; i < 400; ++i) {
      // Mostly onwards, now and then back.
      const std::size_t begin = i % 50 == 49 ? chance.below(1000) : static_cast<std::size_t>(i) * 6 + chance.below(6);
      const std::size_t size = Blocks::kWorthwhile + chance.below(1000);
      Window plain;
      plain.values = std::span(values).subspan(begin, std::min(size, values.size() - begin));
      plain.times = std::span(times).first(plain.values.size());
      if (plain.values.size() < Blocks::kWorthwhile) continue;
      Window summed = plain;
      summed.first = begin;
      blocks.extend(values, 0, begin, begin + plain.values.size());
      summed.blocks = &blocks;
      for (const RangeFunction function : functions) {
        EXPECT_EQ(bits(*function(plain)), bits(*function(summed))) << kind << " " << begin << " " << size;
      }
    }
  }
}

// The same expressions at the same times, evaluated forwards by one query, each alone, and in any order by a third.
TEST(Windows, AnyOrderOfTimesGivesTheSame) {
  RandomStream chance(11, "order");
  MemoryStore store;
  for (int s = 0; s < 6; ++s) {
    const SeriesRef ref = store.series({{"__name__", s < 3 ? "c_total" : "g"}, {"s", std::to_string(s)}});
    double v = 0;
    for (int i = 0; i < 1500; ++i) {
      if (chance.below(20) == 0) continue;
      v = chance.below(100) == 0 ? 0 : v + chance.uniform() * 10;
      store.append(ref, Time(Duration(i * 15000)),
                   chance.below(60) == 0 ? stale_marker()
                   : s < 3               ? v
                                         : chance.normal());
    }
  }
  for (const char* text :
       {"rate(c_total[5m])", "increase(c_total[2h])", "resets(c_total[1h])", "sum_over_time(g[3h])",
        "max_over_time(g[3h] offset 5m)", "count_over_time(g[90s])", "g", "c_total offset -1m",
        "max_over_time(rate(c_total[2m])[1h:1m])", "avg_over_time(sum(g)[30m:])",
        "sum_over_time(max_over_time(g[1m])[20m:30s] offset 2m)", "min_over_time((g > 0)[10m:1m] @ 6000)",
        "sum by (s) (c_total) / on (s) group_left () c_total", "histogram_quantile(0.5, g)"}) {
    const auto expr = *parse_text(text, {});
    Query forwards(expr, store, {});
    Query jumping(expr, store, {});
    for (int i = 0; i < 150; ++i) {
      const Time t(Duration(i * 130000));
      const auto one = forwards.rows_at(t);
      ASSERT_TRUE(one);
      Query alone(expr, store, {});
      const auto two = alone.rows_at(t);
      ASSERT_TRUE(jumping.rows_at(Time(Duration(static_cast<std::int64_t>(chance.below(22'000'000))))));
      const auto three = jumping.rows_at(t);
      ASSERT_EQ(one->size(), two->size()) << text;
      ASSERT_EQ(one->size(), three->size()) << text;
      for (std::size_t k = 0; k < one->size(); ++k) {
        EXPECT_EQ(forwards.row_labels((*one)[k].row), alone.row_labels((*two)[k].row)) << text;
        EXPECT_EQ(bits((*one)[k].value), bits((*two)[k].value)) << text << " at " << i;
        EXPECT_EQ(bits((*one)[k].value), bits((*three)[k].value)) << text << " at " << i;
      }
    }
  }
}

// rate, increase and delta, which read two samples of a window where that is enough, give what all of its samples give.
TEST(Windows, ChangesComeFromTwoSamplesOrFromAll) {
  RandomStream chance(13, "changes");
  for (int round = 0; round < 300; ++round) {
    MemoryStore store;
    const SeriesRef ref = store.series({{"__name__", "m"}});
    std::vector<std::int64_t> times;
    std::vector<double> values;
    double v = chance.below(3) == 0 ? 0 : chance.uniform() * 100;
    for (std::int64_t t = 15'000 * static_cast<std::int64_t>(chance.below(20)); t < 1'200'000; t += 15'000) {
      if (chance.below(30) == 0) continue;
      v = chance.below(60) == 0 ? 0 : v + (chance.below(4) == 0 ? 0 : chance.uniform() * 10);
      if (chance.below(200) == 0) v = -v;
      store.append(ref, Time(Duration(t)), v);
      times.push_back(t);
      values.push_back(v);
    }
    const struct {
      const char* text;
      RangeFunction function;
    } calls[] = {{"rate(m[4m])", rate}, {"increase(m[4m])", increase}, {"delta(m[4m])", delta}};
    for (const Version version : {Version::v2, Version::v3}) {
      for (const auto& [text, function] : calls) {
        Query query(*parse_text(text, {}), store, {.version = version});
        for (std::int64_t t = 0; t < 1'300'000; t += 7'500 + 15'000 * static_cast<std::int64_t>(chance.below(3))) {
          Window plain;
          plain.start = t - 240'000;
          plain.end = plain.now = t;
          plain.v2 = version == Version::v2;
          const auto after =
              plain.v2 ? std::ranges::lower_bound(times, plain.start) : std::ranges::upper_bound(times, plain.start);
          const auto begin = static_cast<std::size_t>(after - times.begin());
          const auto end = static_cast<std::size_t>(std::ranges::upper_bound(times, t) - times.begin());
          plain.times = std::span(times).subspan(begin, end - begin);
          plain.values = std::span(values).subspan(begin, end - begin);
          const auto expected = begin == end ? std::nullopt : function(plain);
          const auto rows = query.rows_at(Time(Duration(t)));
          ASSERT_EQ(rows->size(), expected ? 1u : 0u) << text << " at " << t;
          if (!expected) continue;
          EXPECT_EQ(bits(*expected), bits(rows->front().value)) << text << " at " << t;
        }
      }
    }
  }
}

// Steps of a subquery that were kept are worked out again when samples came in behind them, and new series are seen.
TEST(Windows, KeptStepsNoticeWhatChanged) {
  MemoryStore store;
  const SeriesRef a = store.series({{"__name__", "m"}, {"s", "a"}});
  for (int i = 0; i < 20; ++i) store.append(a, Time(Duration(i * 60000)), i);
  const auto expr = *parse_text("sum(sum_over_time(sum(m)[10m:1m]))", {});
  Query query(expr, store, {});
  const auto value = [&](int minute) { return (*query.rows_at(Time(Duration(minute * 60000))))[0].value; };
  EXPECT_EQ(value(10), 55);
  EXPECT_EQ(value(11), 65);
  // m{s="b"} appears with samples in the past of the last evaluation.
  const SeriesRef b = store.series({{"__name__", "m"}, {"s", "b"}});
  for (int i = 5; i < 20; ++i) store.append(b, Time(Duration(i * 60000)), 100);
  EXPECT_EQ(value(12), 75 + 800);
  // The last sample arrives after a step that looked for it.
  EXPECT_EQ(value(21), 162 + 1000);
  store.append(a, Time(Duration(20 * 60000)), 50);
  EXPECT_EQ(value(22), 262 + 1000);
}

}  // namespace
}  // namespace firedrill::promql
