// Made-up samples for the store and for PromQL: the same in every build and on every machine.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"
#include "tsdb/store.h"

namespace firedrill::bench {

inline constexpr std::size_t kServices = 250;
inline constexpr std::size_t kSeries = 4 * kServices;  // of each metric but the two below
inline constexpr std::size_t kBuckets = 12;
inline constexpr Duration kInterval = 15s;
inline constexpr std::size_t kScrapesPerMinute = 4;
inline constexpr std::size_t kScrapes = 480;  // two hours
inline constexpr Time kFirstScrape = std::chrono::sys_days(std::chrono::year(2026) / 3 / 3);
inline constexpr Time kLastScrape = kFirstScrape + (kScrapes - 1) * kInterval;

// The labels of kSeries counters, http_requests_total{service, code}.
std::vector<model::Labels> request_labels();
// What counter `series` has counted by its scrape number `scrape`: whole numbers that rise, each at a pace of its own.
double requests_by(std::size_t series, std::size_t scrape);

// Two hours of
// - http_requests_total{service, code}: kSeries counters;
// - connections{service, replica} and connections_limit{service, replica}: kSeries gauges each;
// - request_seconds_bucket{service, replica, le}: kSeries histograms of kBuckets;
// - service_info{service, team}: kServices series.
const tsdb::Store& two_hours();

}  // namespace firedrill::bench
