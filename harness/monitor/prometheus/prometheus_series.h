// The series of a real Prometheus at the end of a run, taken over its API into a store of our own.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/matcher.h"
#include "monitor/prometheus/api.h"
#include "tsdb/store.h"

namespace firedrill::monitor {

struct SeriesWanted {
  std::vector<std::vector<model::Matcher>> selectors;
  Time from{};  // by the wall's clock
  Time to{};
  Duration ahead{};  // of the run's time, before the wall's
};

// Adds their samples, at the run's times. Where a series has ended, which the API does not say of samples, a stale
// marker stands where its value is first missing: to a second, or, of long runs, to a ten-thousandth of them.
std::expected<void, std::string> take_series(PrometheusApi& api, const SeriesWanted& wanted, tsdb::Store& store);

}  // namespace firedrill::monitor
