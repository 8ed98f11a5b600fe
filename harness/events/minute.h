// What really happened, minute by minute: over all requests of the world, and not over what was scraped.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace firedrill::events {

// Bounds of the latency buckets, in seconds: those of the request histogram and finer ones between, 0.1 ms to 200 s.
inline constexpr std::size_t kLatencyBuckets = 64;  // the last one is open above
std::span<const double> latency_bounds_s();         // kLatencyBuckets - 1 upper bounds

struct ServiceMinute {
  double requests = 0;       // attempts by callers of any kind, whether or not they reached a replica
  double errors = 0;         // of these: answered 5xx, refused, or given up on
  double client_errors = 0;  // answered 4xx
  double hollow = 0;         // of entry points: answered well, without something that was needed and is switched off
  // Requests that reached the service by the time it took to end them: errors are included, and what its caller no
  // longer waited for; refused ones are not.
  std::array<float, kLatencyBuckets> latency{};
  // Of entry points only; the requests are then those from outside.
  double users = 0;   // distinct users there are
  double checks = 0;  // made from outside
  double checks_failed = 0;
};

// The beginning of the minute that holds `t`, where one begins at `origin`, which may lie within one of the clock's.
inline Time minute_of(Time t, Time origin) {
  const Duration rest = (t - origin) % std::chrono::minutes(1);
  return t - (rest < Duration(0) ? rest + std::chrono::minutes(1) : rest);
}

struct Minute {
  Time from{};                          // the minute is [from, from + 1 min); one begins where the judged part does
  std::vector<ServiceMinute> services;  // by index in the topology
};

}  // namespace firedrill::events
