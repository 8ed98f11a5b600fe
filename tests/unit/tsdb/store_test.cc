#include "tsdb/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "base/random.h"
#include "base/text/numbers.h"

namespace firedrill::tsdb {
namespace {

using model::Labels;
using model::Matcher;
using model::MatchOp;
using testing::ElementsAre;

Time at(std::int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}

Matcher matcher(std::string name, MatchOp op, std::string value) {
  return Matcher::make(std::move(name), op, std::move(value)).value();
}

std::vector<std::string> selected(const Store& store, std::vector<Matcher> matchers) {
  std::vector<std::string> result;
  for (const SeriesRef ref : store.select(matchers)) result.push_back(store.labels(ref).to_string());
  return result;
}

TEST(Store, GivesASeriesOneIndexWhateverTheOrderOfItsLabels) {
  Store store;
  const SeriesRef up = store.series({{"__name__", "up"}, {"job", "web"}});
  EXPECT_EQ(store.series({{"job", "web"}, {"__name__", "up"}}), up);
  EXPECT_NE(store.series({{"__name__", "up"}}), up);
  EXPECT_EQ(store.find({{"__name__", "up"}, {"job", "web"}}), up);
  EXPECT_EQ(store.find({{"__name__", "down"}}), std::nullopt);
  EXPECT_EQ(store.series_count(), 2u);
}

TEST(Store, SelectsWhatAllMatchersAcceptInOrderOfLabels) {
  Store store;
  for (const char* service : {"web", "db", "cart"}) {
    for (const char* code : {"500", "200"})
      store.series({{"__name__", "requests"}, {"code", code}, {"service", service}});
  }
  store.series({{"__name__", "up"}, {"service", "db"}});
  store.series({{"__name__", "build"}});

  struct Case {
    std::vector<Matcher> matchers;
    std::vector<std::string> expected;
  };
  const std::vector<Case> cases = {
      {{matcher("__name__", MatchOp::equal, "up")}, {R"(up{service="db"})"}},
      {{matcher("__name__", MatchOp::equal, "none")}, {}},
      {{matcher("service", MatchOp::equal, "db"), matcher("code", MatchOp::not_equal, "")},
       {R"(requests{code="200", service="db"})", R"(requests{code="500", service="db"})"}},
      {{matcher("__name__", MatchOp::equal, "requests"), matcher("service", MatchOp::regex, "web|cart|web|gone"),
        matcher("code", MatchOp::regex, "5..")},
       {R"(requests{code="500", service="cart"})", R"(requests{code="500", service="web"})"}},
      {{matcher("service", MatchOp::not_regex, "w.*|c.*"), matcher("code", MatchOp::not_equal, "200")},
       {"build", R"(requests{code="500", service="db"})", R"(up{service="db"})"}},
      {{matcher("service", MatchOp::regex, ".*b"), matcher("code", MatchOp::equal, "")}, {R"(up{service="db"})"}},
      {{matcher("absent", MatchOp::equal, ""), matcher("__name__", MatchOp::regex, "u.*|b.*")},
       {"build", R"(up{service="db"})"}},
      {{matcher("service", MatchOp::regex, "|web"), matcher("__name__", MatchOp::not_equal, "requests")}, {"build"}},
  };
  for (const Case& c : cases) {
    std::string text;
    for (const Matcher& m : c.matchers) text += m.to_string() + " ";
    EXPECT_EQ(selected(store, c.matchers), c.expected) << text;
  }
}

TEST(Store, GenerationGrowsWithEachNewSeriesOnly) {
  Store store;
  const auto before = store.generation();
  const SeriesRef up = store.series({{"__name__", "up"}});
  const auto with_one = store.generation();
  EXPECT_GT(with_one, before);
  store.append(up, at(0), 1);
  store.series({{"__name__", "up"}});
  EXPECT_EQ(store.generation(), with_one);
}

TEST(Store, DropsWhatIsNotLaterThanTheLastSample) {
  Store store;
  const SeriesRef up = store.series({{"__name__", "up"}});
  EXPECT_TRUE(store.append(up, at(15), 1));
  EXPECT_FALSE(store.append(up, at(15), 2));
  EXPECT_TRUE(store.append(up, at(15), 1)) << "the same sample again is no conflict";
  EXPECT_FALSE(store.append(up, at(0), 1));
  EXPECT_TRUE(store.append(up, at(30), stale_marker()));
  EXPECT_TRUE(store.append(up, at(30), stale_marker()));
  EXPECT_THAT(store.samples(up).times, ElementsAre(15'000, 30'000));
  EXPECT_EQ(store.samples_appended(), 2u);
  EXPECT_EQ(store.samples_dropped(), 2u);
  EXPECT_TRUE(is_stale(store.samples(up).values[1]));
}

TEST(Store, SeriesScrapedTogetherShareTheirTimes) {
  Store store;
  const std::vector<SeriesRef> scraped = {store.series({{"a", "1"}}), store.series({{"a", "2"}}),
                                          store.series({{"a", "3"}})};
  for (int i = 0; i < 10; ++i) store.append(at(15 * i), scraped, std::vector<double>{1.0 * i, 2.0 * i, 3.0 * i});
  EXPECT_EQ(store.samples(scraped[0]).times.data(), store.samples(scraped[2]).times.data());

  // One misses a scrape: the others do not notice, and it has its own times from then on.
  store.append(at(150), std::vector<SeriesRef>{scraped[0], scraped[2]}, std::vector<double>{10, 30});
  store.append(at(165), scraped, std::vector<double>{11, 22, 33});
  EXPECT_EQ(store.samples(scraped[0]).times.data(), store.samples(scraped[2]).times.data());
  EXPECT_EQ(store.samples(scraped[0]).times.size(), 12u);
  EXPECT_EQ(store.samples(scraped[1]).times.size(), 11u);
  EXPECT_EQ(store.samples(scraped[1]).times.back(), 165'000);
  EXPECT_EQ(store.samples(scraped[1]).values.back(), 22);
  EXPECT_EQ(store.samples(scraped[2]).values.back(), 33);
}

TEST(Store, FirstSaysWhereInItsHistoryASeriesBegins) {
  Store store;
  const SeriesRef up = store.series({{"__name__", "up"}});
  for (int i = 0; i < 2000; ++i) store.append(up, at(i), i);
  store.drop_before(at(1500));
  const promql::Columns columns = store.samples(up);
  EXPECT_GT(columns.first, 0u);
  EXPECT_LE(columns.times.front(), 1'500'000);
  EXPECT_EQ(columns.values.front(), static_cast<double>(columns.first));
  EXPECT_EQ(columns.values.back(), 1999);
}

// Random scrapes with gaps, series that come and go, and trimming: always the same as keeping everything in plain
// vectors.
TEST(Store, BehavesLikePlainVectorsOfSamples) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE(seed);
    RandomStream random(seed, "store");
    Store store;
    std::vector<SeriesRef> refs;
    std::vector<std::vector<model::Sample>> expected;
    const auto add = [&] {
      refs.push_back(store.series({{"n", std::to_string(refs.size())}}));
      expected.emplace_back();
      if (random.below(2) == 0) store.keep(refs.back());
    };
    for (int i = 0; i < 4; ++i) add();
    std::vector<std::size_t> kept_from(64, 0);
    for (int scrape = 0; scrape < 6000; ++scrape) {
      if (scrape % 1000 == 500) add();
      const Time t = at(scrape);
      for (std::size_t s = 0; s < refs.size(); ++s) {
        const bool over = s == 3 && scrape > 2500;
        if (over || random.below(400) == 0) continue;
        const double value = random.uniform();
        EXPECT_TRUE(store.append(refs[s], t, value));
        expected[s].push_back({t, value});
      }
      if (scrape % 50 == 0) store.drop_before(at(scrape - 300));
    }
    for (std::size_t s = 0; s < refs.size(); ++s) {
      const promql::Columns columns = store.samples(refs[s]);
      ASSERT_EQ(columns.first + columns.times.size(), expected[s].size());
      ASSERT_EQ(columns.times.size(), columns.values.size());
      for (std::size_t i = 0; i < columns.times.size(); ++i) {
        const model::Sample& sample = expected[s][columns.first + i];
        ASSERT_EQ(columns.times[i], sample.t.time_since_epoch().count());
        ASSERT_EQ(columns.values[i], sample.value);
      }
      if (s != 3) {
        EXPECT_LT(columns.times.size(), 1500u) << "what is out of reach is not held for long";
      }
      const std::vector<model::Sample> history = store.history(refs[s]);
      const std::size_t gone = expected[s].size() - history.size();
      for (std::size_t i = 0; i < history.size(); ++i) {
        ASSERT_EQ(history[i].t, expected[s][gone + i].t);
        ASSERT_EQ(history[i].value, expected[s][gone + i].value);
      }
    }
  }
}

// Where the store says that a series is calm, it is.
void expect_calm(const promql::Columns& columns) {
  for (std::size_t i = 0; i < columns.values.size(); ++i) {
    const std::uint64_t place = columns.first + i;
    if (place < columns.monotonic_from) continue;
    EXPECT_FALSE(is_stale(columns.values[i])) << place;
    if (place == columns.monotonic_from || i == 0) continue;
    EXPECT_FALSE(columns.values[i] < columns.values[i - 1]) << place;
  }
}

// Blocks of random length, of series that skip some, fall, end and begin again; now and then a block that overlaps.
TEST(Store, BlocksOfSamplesAreAppendedAsIfOneByOne) {
  RandomStream chance(3, "blocks");
  Store blocks;
  Store single;
  std::vector<SeriesRef> all;
  for (int s = 0; s < 12; ++s) {
    const Labels labels = {{"__name__", "m"}, {"s", std::to_string(s)}};
    all.push_back(blocks.series(labels));
    ASSERT_EQ(single.series(labels), all.back());
  }
  std::int64_t now = 0;
  for (int round = 0; round < 400; ++round) {
    if (chance.below(20) == 0) now -= 2000;
    std::vector<std::int64_t> times(1 + chance.below(5));
    for (std::int64_t& t : times) t = now += 1000;
    std::vector<SeriesRef> refs;
    std::vector<double> values;
    for (const SeriesRef ref : all) {
      if (chance.below(30) == 0 || (ref == 5 && round > 100 && round < 200)) continue;
      refs.push_back(ref);
      for (std::size_t i = 0; i < times.size(); ++i) {
        values.push_back(chance.below(40) == 0 ? stale_marker() : chance.below(9) == 0 ? 0.0 : round);
        single.append(ref, Time(Duration(times[i])), values.back());
      }
    }
    blocks.append(times, refs, values);
    if (round % 37 == 0) {
      blocks.drop_before(Time(Duration(now - 60'000)));
      single.drop_before(Time(Duration(now - 60'000)));
    }
  }
  EXPECT_EQ(blocks.samples_appended(), single.samples_appended());
  EXPECT_EQ(blocks.samples_dropped(), single.samples_dropped());
  for (const SeriesRef ref : all) {
    const promql::Columns a = blocks.samples(ref);
    const promql::Columns b = single.samples(ref);
    EXPECT_EQ(a.first, b.first);
    ASSERT_EQ(a.times.size(), b.times.size());
    EXPECT_TRUE(std::ranges::equal(a.times, b.times));
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      ASSERT_EQ(std::bit_cast<std::uint64_t>(a.values[i]), std::bit_cast<std::uint64_t>(b.values[i]));
    }
    expect_calm(a);
    expect_calm(b);
  }
}

TEST(Store, KeepsWholeHistoriesCompressed) {
  Store store;
  const SeriesRef kept = store.series({{"__name__", "kept"}});
  const SeriesRef gone = store.series({{"__name__", "gone"}});
  store.keep(kept);
  const int scrapes = 4 * 60 * 24 * 3;
  for (int i = 0; i < scrapes; ++i) {
    store.append(at(15 * i), std::vector<SeriesRef>{kept, gone}, std::vector<double>{7.0 * i, 7.0 * i});
    store.drop_before(at(15 * i - 3600));
  }
  EXPECT_EQ(store.history(kept).size(), static_cast<std::size_t>(scrapes));
  EXPECT_LT(store.history(gone).size(), 2000u);
  EXPECT_LT(store.bytes(), 40'000u);
  EXPECT_LT(store.compressed_bytes(), 40'000u) << "a steady counter costs next to nothing but the block being filled";
}

// What does not compress takes eight bytes a value and some for its times, wherever it is kept.
TEST(Store, CountsTheBytesOfWholeHistories) {
  Store store;
  const SeriesRef kept = store.series({{"__name__", "kept"}});
  store.keep(kept);
  RandomStream random(1, "values");
  const int scrapes = 20'000;
  for (int i = 0; i < scrapes; ++i) {
    store.append(at(15 * i), std::vector<SeriesRef>{kept}, std::vector<double>{random.normal()});
    store.drop_before(at(15 * i - 3600));
  }
  EXPECT_GT(store.compressed_bytes(), 7u * scrapes);
  EXPECT_LT(store.compressed_bytes(), 24u * scrapes);
}

}  // namespace
}  // namespace firedrill::tsdb
