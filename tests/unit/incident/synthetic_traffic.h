// One production twice: as counters that a Prometheus scraped, and as a record's truth by minute. For tests that hold
// what is computed from the one against what is computed from the other.
#pragma once

#include <functional>
#include <string>

#include "promql/engine.h"
#include "promql/memory.h"
#include "record/record.h"

namespace firedrill::incident::synthetic {

inline constexpr double kRequestsPerSecond = 100;

// The share of the requests of the minute that fails, or is slow.
using Share = std::function<double(std::size_t minute)>;

struct Production {
  promql::MemoryStore store;
  record::Record record;
  Time start;
  Time end;
};

// Traffic of 100 requests a second of the service "web" for so many minutes, scraped at each multiple of `interval`
// from the start to the end, both included: http_requests_total{service,code} and http_requests{status}, and
// http_request_duration_seconds_bucket{service,le} of 0.25, 0.5 and +Inf; bad requests are 500 and take longer than
// 0.5 s. Counters begin above 0, as those of a production that has run for long.
inline Production production(std::size_t minutes, Duration interval, const Share& share) {
  Production made;
  made.start = *parse_instant("2026-03-01T00:00:00Z");
  made.end = made.start + 1min * static_cast<std::int64_t>(minutes);
  made.record.judged_from = made.start;
  made.record.judged_to = made.end;
  made.record.latency_bounds_s = {0.25, 0.5};
  record::ServiceTruth truth{"web", true, {}};
  const auto series = [&](std::string name, model::Label label, std::string service) {
    return made.store.series({{"__name__", std::move(name)}, {"service", std::move(service)}, std::move(label)});
  };
  const auto good_total = series("http_requests_total", {"code", "200"}, "web");
  const auto bad_total = series("http_requests_total", {"code", "500"}, "web");
  const auto good_plain = series("http_requests", {"status", "200"}, "");
  const auto bad_plain = series("http_requests", {"status", "500"}, "");
  const auto quarter = series("http_request_duration_seconds_bucket", {"le", "0.25"}, "web");
  const auto half = series("http_request_duration_seconds_bucket", {"le", "0.5"}, "web");
  const auto all = series("http_request_duration_seconds_bucket", {"le", "+Inf"}, "web");
  double good = 5e6, bad = 5e3;
  const auto scrape = [&](Time t) {
    for (const auto ref : {good_total, good_plain, quarter, half}) made.store.append(ref, t, good);
    for (const auto ref : {bad_total, bad_plain}) made.store.append(ref, t, bad);
    made.store.append(all, t, good + bad);
  };
  scrape(made.start);
  const double step = to_seconds(interval) * kRequestsPerSecond;
  for (std::size_t minute = 0; minute < minutes; ++minute) {
    record::TruthMinute counted;
    const Time begin = made.start + 1min * static_cast<std::int64_t>(minute);
    for (Time t = begin + interval; t <= begin + 1min; t += interval) {
      counted.requests += step;
      counted.errors += step * share(minute);
      bad += step * share(minute);
      good += step * (1 - share(minute));
      scrape(t);
    }
    counted.buckets = {counted.requests - counted.errors, 0, counted.errors};
    truth.minutes.push_back(std::move(counted));
  }
  made.record.truth = {std::move(truth)};
  return made;
}

}  // namespace firedrill::incident::synthetic
