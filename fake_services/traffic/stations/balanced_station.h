// A replica as a queue (station.h) whose requests do not come at random, since those who send them choose among several
// replicas: in turn, of each sender's every n-th (E_n/M/c/K); or to that with the fewest requests, so that none waits
// while another is free, or hardly ever: all n are one queue (M/M/nc/nK), and each is an n-th of it.
//
// Several senders know nothing of each other, and what they send together is more like chance again: between the two,
// by a share that was measured (balanced_station_test.cc).
#pragma once

#include <cstdint>

#include "fake_services/traffic/stations/station_point.h"

namespace firedrill::fake_services {

// The nearest that tables are made for: few numbers of each, and by chance where nothing else would show.
Arrivals arrivals_like(LoadBalancing policy, double replicas, double senders, std::int64_t places);

// The stationary queue at some offered load of one replica.
StationPoint balanced_station(std::int64_t workers, std::int64_t places, double load, const Arrivals& arrivals);

// How many wait where work does not vary, and how long all wait together, against exponential work.
struct SteadyWork {
  double waits = 1;
  double waited = 1;
};
// Of requests that come in turn: who is sent to the next replica finds it free as soon as any, so that all are one
// queue (M/D/nc). `in_turn`, `random`: of one replica at its load, with exponential work; `all`: of n times the workers
// and places at n times the load.
SteadyWork steady_in_turn(std::int64_t workers, const Arrivals& arrivals, const StationPoint& in_turn,
                          const StationPoint& random, const StationPoint& all);

// Of how regularly its requests come: 1 is at random, 0 like a clock (the square of the coefficient of variation).
double irregularity(const Arrivals& arrivals);

}  // namespace firedrill::fake_services
