// A service level objective as a record keeps it, and counts of requests against it. Decoding and arithmetic are
// incident/slo/slo.h.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace firedrill::record {

enum class SliKind {
  success_rate,  // requests that did not fail ÷ all requests
  latency,       // requests that took at most the threshold ÷ all requests
};

struct Slo {
  std::string name;
  std::string service;  // empty: all entry points
  SliKind sli = SliKind::success_rate;
  std::string sli_name = "success_rate";  // as written: success_rate, p95_latency, p99_latency, ...
  double objective = 0.999;               // the share of good requests wanted, 0 to 1; of p95_latency: 0.95
  Duration threshold{};                   // of latency: the longest time that is good
  Duration window = 30 * 24h;
  std::optional<Duration> stated_budget;  // as the file states it

  // (1 − objective) × window: how long the service may be wholly down.
  Duration budget() const;
  bool operator==(const Slo&) const = default;
};

// Good and all requests of a stretch of time.
struct SliCount {
  double good = 0;
  double total = 0;
  // 1 without requests: nothing asked, nothing broken.
  double ratio() const { return total > 0 ? good / total : 1.0; }
  double bad() const { return total - good; }
  SliCount& operator+=(const SliCount& other) {
    good += other.good;
    total += other.total;
    return *this;
  }
  bool operator==(const SliCount&) const = default;
};

}  // namespace firedrill::record
