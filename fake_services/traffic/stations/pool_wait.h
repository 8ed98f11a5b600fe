// The wait for a connection, by the whole law of the times for which connections are held: M/G/c with a bounded
// patience (De Kok and Tijms 1985), of countless callers or of few, who do not ask for another connection while they
// wait for one or have one.
//
// What is followed is the wait that whoever comes now would have. It begins when the last free connection is taken,
// with what is left of the first call to end; whoever finds it below his patience joins, and makes it longer by what
// his call adds; it ends as time goes by. That is exact for one connection (Takács 1955) and for exponential times,
// also where those who come are the fewer the more are there (Brandt and Brandt 1999); what a call adds to the wait
// for several connections lies between an even share of it and what is left until the next one is free, by a measured
// share (pool_wait_test.cc).
#pragma once

#include <cstdint>
#include <span>

#include "fake_services/traffic/stations/pool.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

// Whether so long a patience can be followed in steps that are short enough; where it cannot, pool_state does as well.
bool can_follow(std::int64_t connections, const PoolLoad& load);

// `left`: what is left of a call that has begun, to whoever comes at random (`residual` of the law of the times for
// which connections are held). The population is that of the load, and is more than there are connections.
PoolState wait_for_connection(std::int64_t connections, const PoolLoad& load, const Times& left);

}  // namespace firedrill::fake_services
