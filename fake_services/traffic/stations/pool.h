// A connection pool: M/M/c+D, c connections and callers who wait for one with a bounded patience (Barrer 1957), in
// closed form. It is taken as stationary at each moment: a pool settles within its patience.
#pragma once

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/stations/station.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

struct PoolLoad {
  double arrivals = 0;    // per second
  double holding_s = 0;   // for which a connection is held
  double patience_s = 0;  // for which a caller waits at most
  // Callers there can be at once (workers of the replica). Where they are too few to make anyone wait as long as its
  // patience, nobody gives up.
  double population = 0;
  double holding_variation = 1;  // the square of its coefficient of variation
  double elsewhere_s = 0;        // for which a caller is at work before it asks for a connection
  // Callers with those that are at other replicas now and could be at this one, no more of them than the population; 0:
  // there are no others.
  double callers = 0;
};

struct PoolState {
  double gives_up = 0;  // share of callers whose patience ends
  Moments wait;         // of those who get a connection, seconds, zero waits included
  double in_use = 0;    // mean connections held
  double waiting = 0;   // mean callers waiting
  // Of the wait of those who get a connection: the share that waits at all, with a density that falls by `decline` a
  // second up to `longest`, but for the share of all that waits just as long as that.
  double waits = 0;
  double decline = 0;
  double longest_s = 0;
  double at_longest = 0;
};

// The law of that wait.
Times wait_of(const PoolState& state);

// `loss` is the Erlang loss table of one connection less than the pool has, M/M/(c−1)/(c−1). Where a long patience is
// worn out, that goes by how much the times vary for which connections are held.
PoolState pool_state(double connections, const StationTable& loss, const PoolLoad& load);

}  // namespace firedrill::fake_services
