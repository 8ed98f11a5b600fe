#include "samples.h"

#include <array>
#include <functional>

#include "base/text/format.h"

namespace firedrill::bench {
namespace {

constexpr std::array<const char*, 4> kCodes = {"200", "404", "500", "503"};
constexpr std::array<const char*, kBuckets> kBounds = {"0.005", "0.01", "0.025", "0.05", "0.1",  "0.25",
                                                       "0.5",   "1.0",  "2.5",   "5.0",  "10.0", "+Inf"};

std::string service_name(std::size_t service) {
  return format("service-{:03}", service);
}

// Between 0 and `below`, without a pattern that shows: a hash of both.
std::size_t scatter(std::size_t a, std::size_t b, std::size_t below) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15ULL + b * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 31)) * 0x94d049bb133111ebULL;
  return static_cast<std::size_t>((x >> 33) % below);
}

double connections_at(std::size_t series, std::size_t scrape) {
  return static_cast<double>(20 + scatter(series, scrape, 40));
}

// So many answers each interval, in shares over the buckets that differ a little from histogram to histogram.
double bucket_by(std::size_t series, std::size_t scrape) {
  const std::size_t histogram = series / kBuckets;
  const std::size_t bucket = series % kBuckets;
  const std::size_t pace = (bucket + 1) * (10 + scatter(histogram, 0, 5)) + bucket;
  return static_cast<double>(pace * (scrape + 1));
}

// All series of one metric, sampled together.
void fill(tsdb::Store& store, const std::vector<model::Labels>& labels,
          const std::function<double(std::size_t, std::size_t)>& value_at) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < kScrapes; ++i) times.push_back((kFirstScrape + i * kInterval).time_since_epoch().count());
  std::vector<tsdb::SeriesRef> series;
  std::vector<double> values;
  values.reserve(labels.size() * kScrapes);
  for (std::size_t s = 0; s < labels.size(); ++s) {
    series.push_back(store.series(labels[s]));
    for (std::size_t i = 0; i < kScrapes; ++i) values.push_back(value_at(s, i));
  }
  store.append(times, series, values);
}

std::vector<model::Labels> replica_labels(const std::string& metric) {
  std::vector<model::Labels> out;
  for (std::size_t i = 0; i < kSeries; ++i) {
    out.push_back({{"__name__", metric}, {"service", service_name(i / 4)}, {"replica", std::to_string(i % 4)}});
  }
  return out;
}

std::vector<model::Labels> bucket_labels() {
  std::vector<model::Labels> out;
  for (const model::Labels& replica : replica_labels("request_seconds_bucket")) {
    for (const char* bound : kBounds) {
      out.push_back(replica);
      out.back().set(model::kBucketLabel, bound);
    }
  }
  return out;
}

std::vector<model::Labels> info_labels() {
  std::vector<model::Labels> out;
  for (std::size_t i = 0; i < kServices; ++i) {
    out.push_back({{"__name__", "service_info"}, {"service", service_name(i)}, {"team", format("team-{}", i % 10)}});
  }
  return out;
}

}  // namespace

std::vector<model::Labels> request_labels() {
  std::vector<model::Labels> out;
  for (std::size_t i = 0; i < kSeries; ++i) {
    out.push_back({{"__name__", "http_requests_total"}, {"service", service_name(i / 4)}, {"code", kCodes[i % 4]}});
  }
  return out;
}

double requests_by(std::size_t series, std::size_t scrape) {
  const std::size_t pace = 50 + scatter(series, 0, 1000);
  return static_cast<double>(scrape * pace + scatter(series, scrape, pace));
}

const tsdb::Store& two_hours() {
  static const tsdb::Store kStore = [] {
    tsdb::Store store;
    fill(store, request_labels(), requests_by);
    fill(store, replica_labels("connections"), connections_at);
    fill(store, replica_labels("connections_limit"), [](std::size_t, std::size_t) { return 64.0; });
    fill(store, bucket_labels(), bucket_by);
    fill(store, info_labels(), [](std::size_t, std::size_t) { return 1.0; });
    return store;
  }();
  return kStore;
}

}  // namespace firedrill::bench
