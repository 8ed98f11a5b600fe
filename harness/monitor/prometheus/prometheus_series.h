// The series of a real Prometheus at the end of a run, taken over its API into a store of our own.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/matcher.h"
#include "monitor/prometheus/api.h"
#include "monitor/speed/converted_expression.h"
#include "monitor/speed/run_times.h"
#include "tsdb/store.h"

namespace firedrill::monitor {

struct SeriesWanted {
  std::vector<std::vector<model::Matcher>> selectors;
  Time from{};  // by the wall's clock
  Time to{};
  RunTimes times{};      // the run's time beside that
  ScaleOfName scale_of;  // of a run that passes faster: counts of requests are taken as many times
};

// Adds their samples, at the run's times. Where a series has ended, which the API does not say of samples, a stale
// marker stands where its value is first missing: to a second of the run, or, of long runs, to a ten-thousandth of
// them.
std::expected<void, std::string> take_series(PrometheusApi& api, const SeriesWanted& wanted, tsdb::Store& store);

}  // namespace firedrill::monitor
