// A replica's stationary queue at some load, and how requests come to it (station.h, balanced_station.h).
#pragma once

#include <compare>
#include <cstdint>

#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// How requests come to a replica that is one of several.
struct Arrivals {
  LoadBalancing policy = LoadBalancing::random;
  std::int64_t replicas = 1;
  std::int64_t senders = 1;
  // Where few can have a request under way at once: how many, among how many replicas these go, and for how long they
  // are under way elsewhere, in eighths of the work that they ask for. 0: countless. `groups`: what comes is for one
  // of so many groups of callers, as the replicas of a caller are, and waits for one of that.
  std::int64_t callers = 0;
  std::int64_t among = 1;
  std::int64_t elsewhere = 0;
  std::int64_t groups = 1;
  // Of one more place, in eighths: as often one who finds all others taken gets it.
  std::int64_t beyond = 0;
  auto operator<=>(const Arrivals&) const = default;
};

// Places; a longer queue is full only where more comes than is done.
inline constexpr std::int64_t kShortQueue = 10;

// The stationary M/M/c/K at some offered load.
struct StationPoint {
  double occupancy = 0;      // mean number in the system
  double blocking = 0;       // probability that an arrival is turned away
  double busy = 0;           // mean number of busy workers, load × (1 − blocking)
  double waits = 0;          // probability that an accepted arrival waits
  double wait_mean = 0;      // of those that wait, in units of S/c
  double wait_variance = 0;  // of those that wait, in units of (S/c)²
  double variance = 0;       // of the number in the system
};

// The closed form, by recursion over all K + 1 states. `beyond`: of one more place; who finds all others taken gets it
// as often.
StationPoint exact_station(std::int64_t workers, std::int64_t places, double load, double beyond = 0);

// Of a queue of exponential work that is full as often as one of so many places whose work varies so (the square of the
// coefficient of variation): its places. The less work varies, the more, as it is with how much waits; but the first of
// those that wait waits for what is left of one that has begun, so that part of a place stays as it is.
double room_if_exponential(double room, double variation);

// The number in the system that a uniform number u of [0, 1) stands for, by inverting the stationary distribution at
// the load; takes time in proportion to the places.
std::int64_t occupancy_at(std::int64_t workers, std::int64_t places, double load, double u);

}  // namespace firedrill::fake_services
