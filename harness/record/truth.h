// What the world says of itself, minute by minute.
#pragma once

#include <string>
#include <vector>

namespace firedrill::record {

// The world's truth about one service in one minute: over all requests, not over what was scraped.
struct TruthMinute {
  double requests = 0;
  double errors = 0;
  double p50 = 0;  // seconds; 0 without requests
  double p95 = 0;
  double p99 = 0;
  // Requests by latency: as many as Record::latency_bounds (bucket i: more than bound i−1, at most bound i) and one
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

}  // namespace firedrill::record
