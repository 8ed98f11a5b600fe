#include "ruletest/series_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"
#include "base/text/numbers.h"

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

std::string loaded(const ruletest::Test& test, Duration until, promql::Version version = promql::Version::v3) {
  tsdb::Store store;
  auto feed = SeriesFeed::make(test, version, store);
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

TEST(SeriesFeed, ReadsNumbersAsPromQLDoes) {
  EXPECT_EQ(loaded(test_of({{"m", "010 1_000 1e1_0 5. .5 -1.5_0+1_0x1"}}), 1h),
            "m 0:8 60:1000 120:10000000000 180:5 240:0.5 300:-1.5 360:8.5");
  EXPECT_EQ(loaded(test_of({{"m", "010 5. .5"}}), 1h, promql::Version::v2), "m 0:8 60:5 120:0.5");
}

// What promtool refuses, with both versions unless one is named.
TEST(SeriesFeed, RefusesWhatPromtoolRefuses) {
  struct Case {
    const char* series;
    const char* values;
    const char* what;
    int only_version = 0;
  };
  for (const Case& c : {Case{"m", "1e400", "value out of range"}, Case{"m", "1+1e400x2", "value out of range"},
                        Case{"m", "stalex2", "unexpected \"stalex2\" in series values"},
                        Case{"m", "1_", "unexpected \"1_\""}, Case{"m", "1__0", "unexpected"},
                        Case{"m", "1_0", "unexpected", 2}, Case{"m-1", "2", "unexpected \"-1\" in series values"},
                        Case{"m{a=\"1\"}-1", "2", "unexpected"}, Case{"{}", "2", "empty labelset: invalid sample"},
                        Case{"NaN", "2", "unexpected number \"NaN\" in series values"},
                        Case{"inf", "2", "unexpected number \"inf\" in series values"},
                        Case{"on", "2", "unexpected <on> in series values"},
                        Case{"bool{a=\"1\"}", "2", "unexpected <bool> in series values"},
                        Case{"group_left", "2", "unexpected <group_left> in series values"},
                        Case{"atan2", "2", "unexpected <op:atan2> in series values"},
                        Case{"{\"m\"}", "2", "unexpected string \"\\\"m\\\"\" in label set", 2},
                        Case{"m{\"a\"=\"1\"}", "2", "in label set", 2}}) {
    for (const int version : {2, 3}) {
      if (c.only_version != 0 && c.only_version != version) continue;
      const auto which = version == 2 ? promql::Version::v2 : promql::Version::v3;
      EXPECT_THAT(loaded(test_of({{c.series, c.values}}), 1h, which), testing::HasSubstr(c.what))
          << c.series << ' ' << c.values << ", version " << version;
    }
  }
  for (const char* name : {"sum", "offset", "by", "and", "unless", "start", "info"}) {
    EXPECT_EQ(loaded(test_of({{name, "1"}}), 1h), format("{} 0:1", name));
  }
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
  EXPECT_EQ(SeriesFeed::make(test, promql::Version::v3, store)->end(), Time(600s - 60s));
}

}  // namespace
}  // namespace firedrill::ruletest
