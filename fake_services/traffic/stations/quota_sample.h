// A replica whose processor has a quota (quota.h), as a queue: which requests find a worker, wait, are turned away, how
// long they are at work. All who are at work stand still together, and whoever comes meanwhile waits behind them, so
// that neither what is at work nor what waits is as in a station whose requests take their times independently of each
// other; no closed form is known. The stationary law at some load is therefore sampled: so many requests are followed
// through periods, with the same draws each time, so that the same shape has the same law in every world. Where a
// period has room for very many, each that is followed stands for several.
#pragma once

#include <vector>

#include "fake_services/traffic/stations/quota_shape.h"
#include "fake_services/traffic/stations/station_point.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

struct QuotaSample {
  double done_rate = 0;          // requests per second and replica that get a worker, and are done
  StationPoint station;          // `wait_mean` and `wait_variance` in seconds
  double at_work_s = 0;          // mean time at work
  double throttled_periods = 0;  // share of periods in which the quota is used up
  double throttled_time = 0;     // share of time in which all stands still
  std::vector<Times> at_work;    // by route
  Times wait;                    // of those that wait
};

// Requests that would be done a second were all workers always busy.
double quota_capacity(const QuotaShape& shape);

// `rate`: requests per second and replica that come, or would if callers were countless; of `capacity`, as above.
QuotaSample sample_quota(const QuotaShape& shape, double rate, double capacity);

}  // namespace firedrill::fake_services
