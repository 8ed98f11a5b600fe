// The rate at which requests come in from outside: a mean with a daily and a weekly rhythm and a slow random drift.
#pragma once

#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

class Traffic {
 public:
  // The drift is drawn minute by minute from the stream "traffic/<service>", starting in its stationary distribution.
  Traffic(const TrafficSpec& spec, std::uint64_t seed, std::string_view service, Time start);

  // Requests per second at t. Calls must not go back by more than a minute.
  double rate(Time t);
  // The same without drift: what is usual at that hour of the week.
  double usual(Time t) const;
  const TrafficSpec& spec() const { return spec_; }

 private:
  double seasonal_factor(Time t) const;
  double drift(Time t);

  TrafficSpec spec_;
  RandomStream chance_;
  Time minute_;        // the drift is `before_` at it and `after_` a minute later
  double before_ = 0;  // standard normal
  double after_ = 0;
  double memory_ = 0;  // correlation over a minute
};

// 1 at `peak_hour` and −1 twelve hours from it (UTC).
double daily_wave(Time t, double peak_hour);

}  // namespace firedrill::fake_services
