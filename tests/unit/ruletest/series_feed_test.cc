#include "ruletest/series_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "base/numbers.h"

namespace firedrill::ruletest {
namespace {

using testing::ElementsAre;

// "0:1 60:2 120:stale": seconds and values.
std::string samples(const tsdb::Store& store, tsdb::SeriesRef ref) {
  std::string out;
  for (const model::Sample& sample : store.history(ref)) {
    out += format("{}{}:{}", out.empty() ? "" : " ", to_seconds(sample.t),
                  is_stale(sample.value) ? "stale" : format_number(sample.value));
  }
  return out;
}

ruletest::Test test_of(std::vector<std::pair<std::string, std::string>> series) {
  ruletest::Test test;
  test.interval = 60s;
  for (auto& [name, values] : series) test.input.push_back({name, values, {}});
  return test;
}

std::string loaded(const ruletest::Test& test, Duration until) {
  tsdb::Store store;
  auto feed = SeriesFeed::make(test, store);
  if (!feed) return feed.error().what;
  if (auto done = feed->load_until(test.start + until); !done) return done.error().what;
  std::string out;
  for (tsdb::SeriesRef ref = 0; ref < store.series_count(); ++ref) {
    out += format("{}{} {}", out.empty() ? "" : "; ", store.labels(ref).to_string(), samples(store, ref));
  }
  return out;
}

TEST(SeriesFeed, WritesEveryFormOfTheNotation) {
  EXPECT_EQ(loaded(test_of({{"m", "1 2+3x2 _ stale _x2 7x1 -1-1x1"}}), 1h),
            "m 0:1 60:2 120:5 180:8 300:stale 480:7 540:7 600:-1 660:-2");
}

TEST(SeriesFeed, LoadsUpToATimeAndNoFurther) {
  EXPECT_EQ(loaded(test_of({{"m", "0+1x1000000000000"}}), 150s), "m 0:0 60:1 120:2");
}

TEST(SeriesFeed, TakesTheLaterOfTwoEntriesForOneSeries) {
  EXPECT_EQ(loaded(test_of({{"m", "1 2"}, {"n", "5"}, {"m", "3"}}), 1h), "m 0:3; n 0:5");
}

TEST(SeriesFeed, EndsTheInputAtAnEmptyLine) {
  EXPECT_EQ(loaded(test_of({{"m", "1\n"}, {"n", "2"}}), 1h), "m 0:1");
}

TEST(SeriesFeed, BeginsAtTheTestsStart) {
  ruletest::Test test = test_of({{"m", "1 2"}});
  test.start = Time(1000s);
  EXPECT_EQ(loaded(test, 1h), "m 1000:1 1060:2");
}

TEST(SeriesFeed, SaysWhatIsWrongWithASeries) {
  EXPECT_THAT(loaded(test_of({{"m", "1 2 three"}}), 1h), testing::HasSubstr("unexpected \"three\""));
  EXPECT_THAT(loaded(test_of({{"m", "{{schema:0}}"}}), 1h), testing::HasSubstr("native histograms are not supported"));
}

TEST(SeriesFeed, KnowsWhenTheInputEnds) {
  tsdb::Store store;
  const ruletest::Test test = test_of({{"m", "1 2 3"}, {"n", "1 _x9"}});
  EXPECT_EQ(SeriesFeed::make(test, store)->end(), Time(600s - 60s));
}

}  // namespace
}  // namespace firedrill::ruletest
