// When a severity threshold is crossed: what breaks an incident before, or without, an SLO that is missed.
#pragma once

#include <string>
#include <vector>

#include "incident/incidents/breaches.h"

namespace firedrill::incident {

// A stretch in which the severity function, over the trailing five minutes, says worse than was usual before. It begins
// with the first minute that makes it so (or with a fault injected within that minute), and ends behind the last minute
// that does, once it is as usual again for the hold window, or for five minutes if that is shorter.
struct Crossing {
  Breach breach;
  std::string thresholds;  // those crossed in its first minute: "availability 0 % < 50 %"
};

// The severity right before the minute that holds `t`: over five minutes, or in the last of them if that is milder. P3
// before the first minute.
record::SeverityLevel severity_before(const record::Record& record, Time t);

// Those that begin after `since`, which may be within their first minute, and not after `until`. What of the five
// minutes lies before `since` begins none; nor does a severity no worse than `usual`.
std::vector<Crossing> crossings(const record::Record& record, Time since, Time until, record::SeverityLevel usual);

}  // namespace firedrill::incident
