// How many requests and errors had been counted at some instants: by these, ratios and rates over a window are told, of
// the simulated world (own_metrics.h) and of processes (process/own_series.h) alike.
#pragma once

#include <vector>

#include "base/time.h"

namespace firedrill::fake_services {

class RequestMarks {
 public:
  struct Mark {
    Time t{};
    double requests = 0;
    double errors = 0;
  };
  // Later than those that are there. What no window of that length reaches any more is forgotten, and all of it where
  // counts have fallen: the process is another.
  void add(const Mark& now, Duration longest);
  void clear() { marks_.clear(); }

  // From the youngest mark that is at least a window old, or else from the oldest, up to the last; there must be one.
  double error_ratio(Duration window) const;  // 0 of no requests
  double rate(Duration window) const;         // of requests, per second of the marks' time

 private:
  const Mark& before(Duration window) const;

  std::vector<Mark> marks_;  // oldest first
};

}  // namespace firedrill::fake_services
