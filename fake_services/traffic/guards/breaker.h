// The circuit breakers of replicas that are alike, each of which counts what it sees itself: the share of them that is
// open. Near the threshold it is chance that opens one: its window holds few attempts, and how many of them have failed
// is a Poisson number, as is how many have not. It opens at an attempt that fails and brings the failures to their
// share of the window, after they were below it; what follows soon after that is the same excursion, and not another
// (Aldous 1989: clumps of a random walk).
#pragma once

#include <vector>

#include "base/time.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// In one step, of one breaker.
struct BreakerLoad {
  double attempts = 0;     // a second, while it is closed
  double failures = 0;     // of those
  double calls = 0;        // a second, stopped or not
  double trial_fails = 0;  // share
  double most = 1e9;       // attempts that there can be in the window
  double failing_s = 0;    // how long a failing trial takes
};

// What closed breakers saw in one step.
struct BreakerSlice {
  Time end{};
  double seconds = 0;
  double attempts = 0;
  double failures = 0;
};

// A share of all breakers, since they were closed or until they let one through.
struct BreakerCohort {
  Time at{};
  double share = 0;
};

struct Breakers {
  double open = 0;                     // share
  double opened = 0;                   // of those that were closed at some time of the last step: that opened in it
  std::vector<BreakerSlice> window;    // oldest first, as far back as breakers look
  std::vector<BreakerCohort> young;    // closed for less than a window
  std::vector<BreakerCohort> waiting;  // open
};

// How often a breaker opens that is closed, per second: the Poisson means of the attempts and failures in its window,
// and the failures a second. `full`: the window reaches as far back as it ever does.
double opening_rate(const DependencySpec::CircuitBreaker& spec, double attempts, double failures,
                    double failures_a_second, bool full);

// Up to `t`, `dt_s` seconds from where the last step ended.
void step(Breakers& breakers, const DependencySpec::CircuitBreaker& spec, Time t, double dt_s, const BreakerLoad& load);

}  // namespace firedrill::fake_services
