// PromQL: parsing and planning, and evaluation at times a minute apart, as rules and graphs ask.
#include "promql/parse/parser.h"

#include <array>
#include <memory>
#include <vector>

#include "bench.h"
#include "promql/engine.h"
#include "samples.h"

namespace firedrill::bench {
namespace {

constexpr std::array<std::string_view, 6> kExpressions = {
    "up == 0",
    "sum by (service) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (service) "
    "(rate(http_requests_total[5m]))",
    "histogram_quantile(0.95, sum by (service, le) (rate(request_seconds_bucket{service!=\"batch\"}[5m]))) > 0.25",
    "max_over_time(sum by (service) (rate(http_requests_total[5m]))[1h:1m]) > bool 1000 and on (service) service_info",
    "connections / on (service, replica) connections_limit > 0.9 unless on (service) (service_info{team=\"spare\"} == "
    "1)",
    "predict_linear(disk_free_bytes{mount=\"/var/lib\"}[6h], 4 * 3600) < 0 and disk_free_bytes offset 1h > 1e9",
};

std::shared_ptr<const promql::Expr> parsed(std::string_view text) {
  return value_of(promql::parse_text(text, {}));
}

void parse(benchmark::State& state) {
  std::size_t bytes = 0;
  for (const std::string_view text : kExpressions) bytes += text.size();
  for (auto _ : state) {
    for (const std::string_view text : kExpressions) benchmark::DoNotOptimize(parsed(text));
  }
  bound_by_bytes(state, static_cast<double>(bytes), "six expressions' text");
}
BENCHMARK(parse)->Name("promql/parse");

// Binding an expression to the store: 1,500 series are found, and told apart by their labels.
void plan(benchmark::State& state) {
  const auto expression = parsed(kExpressions[1]);
  std::size_t bytes = 0;
  for (const model::Labels& labels : request_labels()) {
    const std::size_t matched_by = labels.get("code").starts_with('5') ? 2 : 1;
    for (const model::Label& label : labels) bytes += matched_by * (label.name.size() + label.value.size());
  }
  const tsdb::Store& store = two_hours();
  for (auto _ : state) {
    promql::Query query(expression, store, {});
    require(query.coverage().at(1).series == kSeries, "the selector does not match its series");
  }
  bound_by_bytes(state, static_cast<double>(bytes), "labels of 1,500 series found");
}
BENCHMARK(plan)->Name("promql/plan");

constexpr double kValue = sizeof(double);
constexpr double kMinuteOf = kScrapesPerMinute * kValue;  // what a window that moves on by a minute takes in

// The expression at times a minute apart, over the second hour again and again. `rows` is what it must give.
void evaluate(benchmark::State& state, const char* text, std::size_t rows, double bytes, const char* what) {
  promql::Query query(parsed(text), two_hours(), {});
  constexpr Time kFrom = kFirstScrape + 1h;
  Time t = kFrom;
  const auto evaluate_next = [&] {
    require(value_of(query.rows_at(t)).size() == rows, "an evaluation gives another number of samples");
    t = t + 1min > kLastScrape ? kFrom : t + 1min;
  };
  evaluate_next();  // plans, and fills the windows
  for (auto _ : state) evaluate_next();
  bound_by_bytes(state, bytes, what);
}
BENCHMARK_CAPTURE(evaluate, rate, "rate(http_requests_total[5m])", kSeries, kSeries* kMinuteOf,
                  "4 new samples of 1,000 series")
    ->Name("promql/rate");
BENCHMARK_CAPTURE(evaluate, max_over_time, "max_over_time(connections[10m])", kSeries, kSeries* kMinuteOf,
                  "4 new samples of 1,000 series")
    ->Name("promql/max_over_time");
BENCHMARK_CAPTURE(evaluate, quantile_over_time, "quantile_over_time(0.9, connections[10m])", kSeries,
                  kSeries* kMinuteOf, "4 new samples of 1,000 series")
    ->Name("promql/quantile_over_time");
BENCHMARK_CAPTURE(evaluate, subquery, "max_over_time(rate(http_requests_total[5m])[30m:1m])", kSeries,
                  kSeries* kMinuteOf, "4 new samples of 1,000 series")
    ->Name("promql/subquery");
BENCHMARK_CAPTURE(evaluate, sum_by, "sum by (service) (connections)", kServices, kSeries* kValue,
                  "a value of 1,000 series")
    ->Name("promql/sum_by");
BENCHMARK_CAPTURE(evaluate, match_one_to_one, "connections / on (service, replica) connections_limit", kSeries,
                  2 * kSeries * kValue, "a value of 2 × 1,000 series")
    ->Name("promql/match_one_to_one");
BENCHMARK_CAPTURE(evaluate, match_many_to_one, "connections * on (service) group_left (team) service_info", kSeries,
                  (kSeries + kServices) * kValue, "a value of 1,000 and 250 series")
    ->Name("promql/match_many_to_one");
BENCHMARK_CAPTURE(evaluate, error_ratio, kExpressions[1].data(), kServices, (kSeries + kSeries / 2) * kMinuteOf,
                  "4 new samples of 1,500 series")
    ->Name("promql/error_ratio");
BENCHMARK_CAPTURE(evaluate, histogram_quantile, "histogram_quantile(0.95, request_seconds_bucket)", kSeries,
                  kSeries* kBuckets* kValue, "a value of 12 buckets of 1,000 histograms")
    ->Name("promql/histogram_quantile");
BENCHMARK_CAPTURE(evaluate, histogram_quantile_of_rates,
                  "histogram_quantile(0.95, sum by (service, le) (rate(request_seconds_bucket[5m])))", kServices,
                  kSeries* kBuckets* kMinuteOf, "4 new samples of 12,000 series")
    ->Name("promql/histogram_quantile_of_rates");

// What a monitor does: no later samples are there yet, and each evaluation follows four scrapes.
void rate_as_scraped(benchmark::State& state) {
  tsdb::Store store;
  std::vector<tsdb::SeriesRef> series;
  for (const model::Labels& labels : request_labels()) series.push_back(store.series(labels));
  std::vector<double> values(kSeries);
  promql::Query query(parsed("rate(http_requests_total[5m])"), store, {});
  std::size_t scrape = 0;
  Time t = kFirstScrape;
  const auto pass_minute = [&] {
    for (std::size_t i = 0; i < kScrapesPerMinute; ++i, ++scrape, t += kInterval) {
      for (std::size_t s = 0; s < kSeries; ++s) values[s] = static_cast<double>(scrape * (50 + s));
      store.append(t, series, values);
    }
    store.drop_before(t - 10min);
    benchmark::DoNotOptimize(value_of(query.rows_at(t - kInterval)).data());
  };
  for (int minute = 0; minute < 10; ++minute) pass_minute();
  for (auto _ : state) pass_minute();
  bound_by_bytes(state, 2 * kSeries * kMinuteOf, "4 samples of 1,000 series, written and read");
}
BENCHMARK(rate_as_scraped)->Name("promql/append_and_rate");

}  // namespace
}  // namespace firedrill::bench
