// A container's processor limit as the kernel keeps it (CFS bandwidth control): in each period of 100 ms it may use so
// much of the processor as its limit is of the period, on as many cores as ask for it, and when that is used up all of
// it stands still until the next period. A burst shorter than what a period has is not slowed down at all; one that is
// longer waits, though the limit is not reached on average.
//
// There is no closed form: these were fitted to a simulation of periods (quota_test.cc), which they follow within a
// quarter of the time that requests wait for, for work of 5 ms to 500 ms and limits of half a request at work to five.
// They tell whether standstills show at all. Where they do, and a period has room for few requests, a station is taken
// whose law is sampled (stations/quota_station.h).
#pragma once

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/processor.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

inline constexpr double kQuotaPeriod = 0.1;  // seconds

struct QuotaUse {
  double stretch = 1;            // of the mean time at work
  double delayed = 0;            // share of requests that meet a standstill
  double longer_s = 0;           // by which these take longer, on average
  double throttled_periods = 0;  // share of periods in which the quota is used up
  double throttled_time = 0;     // share of time in which all stands still
};

// `alone`: the time at work where nothing stands still.
QuotaUse quota_use(const ProcessorLoad& processor, Moments alone);

// The law of the time at work by that without standstills.
Times quota_times(const Times& alone, const ProcessorLoad& processor, const QuotaUse& use, double stretch);

}  // namespace firedrill::fake_services
