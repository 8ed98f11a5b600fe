#include "tsdb/series_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "base/bounds/budget.h"
#include "base/maths.h"
#include "base/random.h"
#include "base/text/numbers.h"
#include "tsdb/codec.h"

namespace firedrill::tsdb {
namespace {

using testing::HasSubstr;

Time at(std::int64_t ms) {
  return Time(Duration(ms));
}

std::vector<SeriesRef> all(const Store& store) {
  std::vector<SeriesRef> refs(store.series_count());
  for (std::size_t i = 0; i < refs.size(); ++i) refs[i] = static_cast<SeriesRef>(i);
  return refs;
}

std::string failure_of(std::string bytes) {
  const auto store = decode_series(make_source("run/series", std::move(bytes)));
  return store ? "" : render(store.error());
}

void expect_same(const Store& a, const Store& b) {
  ASSERT_EQ(a.series_count(), b.series_count());
  for (const SeriesRef ref : all(a)) {
    const auto other = b.find(a.labels(ref));
    ASSERT_TRUE(other) << a.labels(ref).to_string();
    const auto expected = a.history(ref);
    const auto found = b.history(*other);
    ASSERT_EQ(expected.size(), found.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(expected[i].t, found[i].t);
      ASSERT_EQ(std::bit_cast<std::uint64_t>(expected[i].value), std::bit_cast<std::uint64_t>(found[i].value));
    }
  }
}

// Values that a codec might lose, and times that are far apart.
Store awkward() {
  Store store;
  const std::vector<std::vector<double>> rows = {
      {},
      {0},
      {-0.0, 0.0, -0.0},
      {1, 2, 3, 4, 5, 1, 2},
      {9007199254740991, -9007199254740991, 9007199254740992, 1e300, -1e300},
      {0.1, 0.2, 0.30000000000000004},
      {maths::infinity(), -maths::infinity(), maths::nan(), stale_marker(), 1},
      {5e-324, std::numeric_limits<double>::max(), std::numeric_limits<double>::min()},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SeriesRef ref = store.series({{"__name__", "awkward"}, {"row", std::to_string(i)}, {"ünï", "väl\"ue\n"}});
    std::int64_t t = -62135596800000;
    for (const double value : rows[i]) {
      store.append(ref, at(t), value);
      t += t < 0 ? 62135596800001 : 7;
    }
  }
  store.series({});
  return store;
}

TEST(SeriesFile, GivesBackEachBit) {
  const Store store = awkward();
  const std::string bytes = encode_series(store, all(store));
  const auto read = decode_series(make_source("series", bytes));
  ASSERT_TRUE(read) << render(read.error());
  expect_same(store, *read);
}

TEST(SeriesFile, DependsOnTheSamplesAlone) {
  const Store store = awkward();
  std::vector<SeriesRef> refs = all(store);
  const std::string bytes = encode_series(store, refs);
  std::ranges::reverse(refs);
  refs.push_back(refs.front());
  EXPECT_EQ(encode_series(store, refs), bytes);
  const auto read = decode_series(make_source("series", bytes));
  ASSERT_TRUE(read);
  EXPECT_EQ(encode_series(*read, all(*read)), bytes);
}

TEST(SeriesFile, HoldsCompressedHistoriesToo) {
  Store store;
  const SeriesRef ref = store.series({{"__name__", "m"}});
  store.keep(ref);
  for (int i = 0; i < 20000; ++i) {
    store.append(ref, at(15000 * i), i % 77 * 0.25);
    store.drop_before(at(15000 * (i - 300)));
  }
  EXPECT_LT(store.samples(ref).times.size(), 2000u);
  const auto read = decode_series(make_source("series", encode_series(store, all(store))));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->samples(0).times.size(), 20000u);
}

// Whoever reads it can tell "there was no such series" from "its samples were not kept".
TEST(SeriesFile, NamesWhatItLeavesOut) {
  Store store;
  store.append(store.series({{"__name__", "kept"}}), at(1000), 1);
  store.append(store.series({{"__name__", "dropped"}}), at(1000), 1);
  store.series({{"__name__", "never_sampled"}});
  const std::vector<SeriesRef> kept{0};
  const auto read = decode_series(make_source("series", encode_series(store, kept)));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->series_count(), 2u);
  EXPECT_FALSE(has_samples(*read, *read->find({{"__name__", "dropped"}})));
  EXPECT_TRUE(has_samples(*read, *read->find({{"__name__", "kept"}})));
}

TEST(SeriesFile, NothingIsAFileToo) {
  const auto read = decode_series(make_source("series", encode_series(Store(), {})));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->series_count(), 0u);
}

TEST(SeriesFile, SaysWhatIsWrongWithAFile) {
  const Store store = awkward();
  const std::string good = encode_series(store, all(store));
  EXPECT_THAT(failure_of(""), HasSubstr("run/series: error: not a series file of firedrill"));
  EXPECT_THAT(failure_of("PK\x03\x04"), HasSubstr("not a series file of firedrill"));
  EXPECT_THAT(failure_of("firedrill-series 7\nxyz"), HasSubstr("of version \"7\", this firedrill reads version 3"));
  EXPECT_THAT(failure_of("firedrill-series 3"), HasSubstr("cut short"));
  for (std::size_t length = 19; length < good.size(); ++length) {
    ASSERT_THAT(failure_of(good.substr(0, length)), HasSubstr("corrupt or cut short")) << length;
  }
  EXPECT_THAT(failure_of(good + "x"), HasSubstr("corrupt or cut short"));
  for (std::size_t i = 19; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    // zstd's frame headers have a bit that means nothing.
    if (const auto read = decode_series(make_source("series", bad))) expect_same(store, *read);
  }
}

// What a run compresses on its way goes into the file as it is: block by block, and the rest behind them.
TEST(SeriesFile, TakesTheBlocksOfAStoreAsTheyAre) {
  Store store;
  const SeriesRef kept = store.series({{"__name__", "kept"}});
  store.keep(kept);
  std::vector<model::Sample> wanted;
  for (int i = 0; i < 5000; ++i) {
    wanted.push_back({Time(Duration(i * 1000)), i % 7 * 0.5});
    store.append(kept, wanted.back().t, wanted.back().value);
    if (i % 700 == 699) store.drop_before(Time(Duration(i * 1000 - 100'000)));
  }
  ASSERT_GT(store.compressed_bytes(), 0u);
  const auto file = std::make_shared<const std::string>(encode_series(store, all(store)));
  const auto read = decode_series(make_source("series", *file));
  ASSERT_TRUE(read) << render(read.error());
  const SeriesRef again = *read->find({{"__name__", "kept"}});
  EXPECT_EQ(read->history(again).size(), wanted.size());
  EXPECT_EQ(encode_series(*read, all(*read)), *file);
  const promql::Columns columns = read->samples(again);
  ASSERT_EQ(columns.times.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_EQ(columns.times[i], wanted[i].t.time_since_epoch().count()) << i;
    ASSERT_EQ(columns.values[i], wanted[i].value) << i;
  }
}

TEST(SeriesFile, KeepsWhatStandsBesideTheSeries) {
  const Store store = awkward();
  const std::string beside = "columns of numbers \xff and so on";
  const SourcePtr file = make_source("series", encode_series(store, all(store), beside));
  const auto read = decode_series(file);
  ASSERT_TRUE(read) << render(read.error());
  expect_same(store, *read);
  EXPECT_EQ(*read_beside(file, beside.size()), beside);
  EXPECT_THAT(render(read_beside(file, beside.size() - 1).error()), HasSubstr("corrupt or cut short"));
}

// A file whose directory and whose one frame say what a test wants.
std::string file_of(std::string_view directory, std::string_view samples = {}) {
  const std::string packed = compress(directory, 1);
  std::string out = "firedrill-series 3\n";
  put_varint(out, packed.size());
  out += packed;
  const std::string beside = compress("", 1);
  put_varint(out, beside.size());
  return out + beside + (samples.empty() ? "" : compress(samples, 1));
}

TEST(SeriesFile, BelievesNoLength) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"nothing", ""},
      {"a huge number of texts", "\xff\xff\xff\xff\x0f"},
      {"a text longer than the file", std::string("\x01\x7f", 2) + "a"},
      {"texts out of order", std::string("\x02\x01"
                                         "b\x01"
                                         "a",
                                         5) +
                                 '\0'},
      {"a label that is not among the texts", std::string("\x01\x01"
                                                          "a\x01\x01\x00\x05\x00",
                                                          7)},
      {"a frame longer than the file", std::string("\x00\x01\x00\xff\xff\xff\xff\xff\xff\x01", 10)},
      {"a number without an end", std::string(11, '\xff')},
      {"something behind the end", std::string("\x00\x00\x00", 3)},
  };
  for (const auto& [what, directory] : cases) EXPECT_THAT(failure_of(file_of(directory)), HasSubstr("corrupt")) << what;
}

TEST(SeriesFile, BelievesNoSamples) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"no samples at all", std::string("\x00\x01", 2)},
      {"a number of samples that are not there", "\xff\x01"},
      {"times that do not rise", std::string("\x02\x00\x00\x00\x00\x00", 6)},
      {"an unknown kind of values", std::string("\x01\x02\x09\x02", 4)},
      {"something behind the end", std::string("\x01\x02\x01\x02\x00", 5)},
  };
  for (const auto& [what, samples] : cases) {
    std::string directory("\x00\x01\x00", 3);
    put_varint(directory, compress(samples, 1).size());
    EXPECT_THAT(failure_of(file_of(directory, samples)), HasSubstr("corrupt")) << what;
  }
}

// A frame of a few bytes that unpacks to half a gigabyte: it is refused by what it claims, before it is unpacked.
TEST(SeriesFile, RefusesMoreSamplesThanAnybodyCanRead) {
  std::string samples;
  put_varint(samples, 300'000'000);
  samples.resize(samples.size() + 10'000'000);
  std::string directory("\x00\x01\x00", 3);
  put_varint(directory, compress(samples, 1).size());
  EXPECT_THAT(failure_of(file_of(directory, samples)),
              HasSubstr("the samples of {} are said to be 300 M, and no series is read that has more than 50 M"));
}

TEST(SeriesFile, RefusesTimesThatNobodyCanReckonWith) {
  for (const std::int64_t t : {INT64_MAX, INT64_MIN, kFarthest.count() + 1}) {
    std::string samples;
    const double value = 1;
    put_samples(samples, {&t, 1}, {&value, 1});
    std::string directory("\x00\x01\x00", 3);
    put_varint(directory, compress(samples, 1).size());
    EXPECT_THAT(failure_of(file_of(directory, samples)), HasSubstr("corrupt")) << t;
  }
}

TEST(SeriesFile, CountsWhatItUnpacks) {
  Store store;
  const SeriesRef up = store.series({{"__name__", "up"}});
  for (int t = 0; t < 1000; ++t) store.append(up, at(15000 * t), 1);
  const SourcePtr file = make_source("run/series", encode_series(store, all(store)));
  Budget enough;
  enough.limit(Bound::samples_decoded, 1000);
  EXPECT_TRUE(decode_series(file, &enough));
  Budget little;
  little.limit(Bound::samples_decoded, 999);
  const auto refused = decode_series(file, &little);
  ASSERT_FALSE(refused);
  EXPECT_THAT(render(refused.error()),
              HasSubstr("run/series: error: 1000 samples would be unpacked from series files"));

  Budget small;
  small.limit(Bound::sample_bytes, 20'000);
  const auto read = decode_series(file, &small);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->samples(0).times.empty()) << "there is no room for them";
  EXPECT_TRUE(small.exceeded());
}

// What one reader holds must not move while another series is unpacked.
TEST(SeriesFile, UnpacksASeriesWhenItIsAskedFor) {
  Store store;
  std::vector<SeriesRef> refs;
  for (int i = 0; i < 40; ++i) refs.push_back(store.series({{"__name__", "m"}, {"n", std::to_string(i + 10)}}));
  for (int t = 0; t < 1000; ++t) {
    for (std::size_t i = 0; i < refs.size(); ++i) {
      if (t < 1000 - static_cast<int>(i % 3)) store.append(refs[i], at(15000 * t), t + static_cast<double>(i));
    }
  }
  const auto read = decode_series(make_source("series", encode_series(store, refs)));
  ASSERT_TRUE(read);
  for (const SeriesRef ref : refs) EXPECT_EQ(read->history(ref).size(), store.samples(refs[ref]).times.size());
  EXPECT_EQ(read->bytes(), 0u) << "a history alone leaves a series packed";
  std::vector<promql::Columns> held;
  for (const SeriesRef ref : all(*read)) held.push_back(read->samples(ref));
  for (std::size_t i = 0; i < held.size(); ++i) {
    const promql::Columns original = store.samples(refs[i]);
    EXPECT_TRUE(std::ranges::equal(held[i].times, original.times)) << i;
    EXPECT_TRUE(std::ranges::equal(held[i].values, original.values)) << i;
  }
  EXPECT_GT(read->bytes(), 0u);
}

TEST(SeriesFile, ReopensWhatItHasEncoded) {
  const Store store = awkward();
  auto bytes = std::make_shared<const std::string>(encode_series(store, all(store)));
  const Store reopened = reopen_series(bytes);
  bytes.reset();
  expect_same(store, reopened);
}

TEST(SeriesFile, RefusesToUnpackWithoutBound) {
  EXPECT_EQ(decompress(compress(std::string(1 << 20, 'a'), 1), 1 << 19), std::nullopt);
  EXPECT_EQ(decompress(compress(std::string(1 << 20, 'a'), 1), 1 << 20), std::string(1 << 20, 'a'));
}

// A day of a service: counters, gauges, a histogram, sampled every 15 seconds.
TEST(SeriesFile, TakesFewBytesForASample) {
  Store store;
  RandomStream random(1, "series");
  std::vector<SeriesRef> refs;
  for (int i = 0; i < 16; ++i) refs.push_back(store.series({{"__name__", "m"}, {"n", std::to_string(i)}}));
  std::vector<double> values(16);
  for (int scrape = 0; scrape < 5760; ++scrape) {
    for (std::size_t i = 0; i < 14; ++i)
      values[i] += static_cast<double>(random.poisson(30.0 * static_cast<double>(i)));
    values[14] = random.uniform();
    values[15] = 40 + static_cast<double>(random.below(5));
    store.append(at(15000 * scrape), refs, values);
  }
  const std::string bytes = encode_series(store, refs);
  const double per_sample = static_cast<double>(bytes.size()) / (16 * 5760);
  RecordProperty("bytes_per_sample", std::to_string(per_sample));
  EXPECT_LT(per_sample, 2.0);
}

}  // namespace
}  // namespace firedrill::tsdb
