// When a severity threshold is crossed: what breaks an incident of which no SLO is missed.
#pragma once

#include <string>
#include <vector>

#include "incident/incidents.h"

namespace firedrill::incident {

// A stretch in which the severity function, over the trailing five minutes, says worse than P3. It begins with the
// first minute that makes it so (or with a fault injected within that minute), and ends with the first minute from
// which on no threshold is crossed, for the hold window or for five minutes if that is shorter.
struct Crossing {
  Breach breach;
  std::string thresholds;  // those crossed in its first minute: "availability 0 % < 50 %"
};

// Whether a threshold was crossed right before the minute that holds `t`: over five minutes, and in the last of them.
bool crossed_before(const Record& record, Time t);

// Those that begin after `since`, which may be within their first minute, and not after `until`. What of the five
// minutes lies before `since` begins none; nor does a level that was `there` before, until it has been gone.
std::vector<Crossing> crossings(const Record& record, Time since, Time until, bool there);

}  // namespace firedrill::incident
