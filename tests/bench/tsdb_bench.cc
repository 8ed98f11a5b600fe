// The store: appending, selecting, and the series file.
#include <memory>
#include <numeric>
#include <vector>

#include "base/diagnostic.h"
#include "bench.h"
#include "model/matcher.h"
#include "samples.h"
#include "tsdb/series_file.h"

namespace firedrill::bench {
namespace {

// Scrapes of 1,000 series, one after the other; what is older than ten minutes goes once a minute, into compressed
// blocks if the record is to have it. The values are computed beforehand, and come round again.
void append(benchmark::State& state, bool kept) {
  tsdb::Store store;
  std::vector<tsdb::SeriesRef> series;
  for (const model::Labels& labels : request_labels()) series.push_back(store.series(labels));
  if (kept) {
    for (const tsdb::SeriesRef ref : series) store.keep(ref);
  }
  std::vector<std::vector<double>> values(kScrapes, std::vector<double>(kSeries));
  for (std::size_t scrape = 0; scrape < kScrapes; ++scrape) {
    for (std::size_t s = 0; s < kSeries; ++s) values[scrape][s] = requests_by(s, scrape);
  }
  std::size_t scrape = 0;
  Time t = kFirstScrape;
  for (auto _ : state) {
    store.append(t, series, values[scrape % kScrapes]);
    if (++scrape % kScrapesPerMinute == 0) store.drop_before(t - 10min);
    t += kInterval;
  }
  require(store.samples_appended() == scrape * kSeries, "samples were dropped");
  bound_by_bytes(state, kSeries * sizeof(double), "a value of 1,000 series");
}
BENCHMARK_CAPTURE(append, dropped, false)->Name("tsdb/append");
BENCHMARK_CAPTURE(append, kept, true)->Name("tsdb/append_and_keep_compressed");

// Of 15,250 series those of one metric, of some services by a regular expression.
void select(benchmark::State& state) {
  const std::vector<model::Matcher> matchers = {
      value_of(model::Matcher::make("__name__", model::MatchOp::equal, "request_seconds_bucket")),
      value_of(model::Matcher::make("service", model::MatchOp::regex, "service-0[0-4].")),
      value_of(model::Matcher::make("le", model::MatchOp::not_equal, "+Inf"))};
  const tsdb::Store& store = two_hours();
  std::size_t found = 0;
  for (auto _ : state) found = store.select(matchers).size();
  require(found == 50 * 4 * (kBuckets - 1), "other series are found");
  bound_by_bytes(state, static_cast<double>(found * sizeof(tsdb::SeriesRef)), "an index of 2,200 series found");
}
BENCHMARK(select)->Name("tsdb/select");

std::vector<tsdb::SeriesRef> requests_in(const tsdb::Store& store) {
  return store.select(
      std::vector{value_of(model::Matcher::make("__name__", model::MatchOp::equal, "http_requests_total"))});
}

constexpr double kFileBytes = kSeries * kScrapes * sizeof(double);

void encode(benchmark::State& state) {
  const auto series = requests_in(two_hours());
  std::size_t size = 0;
  for (auto _ : state) size = tsdb::encode_series(two_hours(), series).size();
  bound_by_bytes(state, kFileBytes, "values of 1,000 series over two hours");
  state.counters["file"] =
      benchmark::Counter(static_cast<double>(size), benchmark::Counter::kDefaults, benchmark::Counter::kIs1024);
}
BENCHMARK(encode)->Name("tsdb/encode_series_file")->Unit(benchmark::kMillisecond);

// Opens the file, which checks it, and unpacks all samples.
void decode(benchmark::State& state) {
  const SourcePtr file = make_source("series", tsdb::encode_series(two_hours(), requests_in(two_hours())));
  std::size_t samples = 0;
  for (auto _ : state) {
    const tsdb::Store store = value_of(tsdb::decode_series(file));
    samples = 0;
    for (const tsdb::SeriesRef ref : requests_in(store)) samples += store.samples(ref).values.size();
  }
  require(samples == kSeries * kScrapes, "other samples came back");
  bound_by_bytes(state, kFileBytes, "values of 1,000 series over two hours");
}
BENCHMARK(decode)->Name("tsdb/decode_series_file")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace firedrill::bench
