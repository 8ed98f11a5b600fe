// What the world says of itself, minute by minute. It stands in the series file, not in record.json.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::record {

// The world's truth about one service in one minute: over all requests, not over what was scraped.
struct TruthMinute {
  double requests = 0;
  double errors = 0;
  double p50_s = 0;  // 0 without requests
  double p95_s = 0;
  double p99_s = 0;
  // Requests by latency: as many as Record::latency_bounds_s (bucket i: more than bound i−1, at most bound i) and one
  // more for those over the last bound. Empty: only the percentiles are known.
  std::vector<double> buckets;
  double checks = 0;  // outside checks of the entry point in this minute
  double checks_passed = 0;
  double users = 0;           // distinct users with a request in the five minutes that end with this one
  double users_affected = 0;  // of them, those with a failed request
  bool operator==(const TruthMinute&) const = default;
};

// Kept for every entry point (severity and impact are over these), and for every service that has an SLO or whose
// golden signals are to be shown.
struct ServiceTruth {
  std::string service;
  bool entry_point = false;
  std::vector<TruthMinute> minutes;  // the first begins at Record::judged_from, without gaps; the last may be cut short
  bool operator==(const ServiceTruth&) const = default;
};

// The quantities of a minute, each a column of the series file.
struct TruthColumn {
  const char* name;
  double TruthMinute::* member;
};
inline constexpr TruthColumn kTruthColumns[] = {
    {"requests", &TruthMinute::requests},
    {"errors", &TruthMinute::errors},
    {"p50", &TruthMinute::p50_s},
    {"p95", &TruthMinute::p95_s},
    {"p99", &TruthMinute::p99_s},
    {"checks", &TruthMinute::checks},
    {"checks_passed", &TruthMinute::checks_passed},
    {"users", &TruthMinute::users},
    {"users_affected", &TruthMinute::users_affected},
};

// The latency that the share q of the requests did not exceed, in seconds, linear within a bucket. `buckets` holds one
// more count than there are bounds; what lies above the last bound is taken to be at it. 0 without requests.
double bucket_quantile(std::span<const double> bounds_s, std::span<const double> buckets, double q);

// The truth as the series file keeps it beside the series: columns of numbers, exactly.
std::string encode_truth(std::span<const ServiceTruth> truth, std::span<const double> latency_bounds_s);
// The error says what is wrong: cut short, more than `most_minutes` minutes, buckets beyond the bounds.
std::expected<std::vector<ServiceTruth>, std::string> decode_truth(std::string_view bytes,
                                                                   std::span<const double> latency_bounds_s,
                                                                   std::size_t most_minutes);
// No truth of so many services and minutes is larger, encoded.
std::size_t largest_truth(std::size_t services, std::size_t minutes, std::size_t bounds);

}  // namespace firedrill::record
