// A replica whose processor has a quota, as its sample (quota_sample.h) is made of it.
#pragma once

#include <cstdint>
#include <vector>

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/stations/station_point.h"

namespace firedrill::fake_services {

// The requests of one route: their share, and the time at work where nothing stands still.
struct QuotaWork {
  double share = 1;
  Distribution own;
};

struct QuotaShape {
  std::int64_t workers = 1;
  std::int64_t places = 1;
  Arrivals arrivals;
  std::vector<QuotaWork> works;  // which all use as much of the processor, on average
  double per_period = 1;         // requests of average work that a period has room for
  double rest_s = 0;             // for which a request keeps its worker after its work, on average
  double rest_varies = 1;        // square of its coefficient of variation
  bool one_line = false;         // whoever has a free worker takes the next of one queue for all: of few callers
};

}  // namespace firedrill::fake_services
