// When an SLO is missed.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// A stretch in which an SLO's indicator misses its objective: from the first minute that does to the first of a hold
// window over which, taken as a whole, it is met again. Afterwards a breach begins anew only when the whole of a hold
// window misses the objective, so that one request failing in a quiet minute reopens nothing; after each of the times
// given, one minute that misses it is enough once. A breach begins with the fault if that was injected within the
// minute.
struct Breach {
  Time from;
  std::optional<Time> to;  // absent: not over when the run ended
};
// Over minutes that end after the first of `since`, which rise.
std::vector<Breach> breaches(const record::Record& record, std::span<const record::Slo* const> slos,
                             std::span<const Time> since);
// When a breach begins that begins in this minute: at its start, or at an injection within it.
Time breach_start(const record::Record& record, std::size_t minute);

}  // namespace firedrill::incident
