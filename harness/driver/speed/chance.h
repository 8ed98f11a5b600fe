// Whether chance would decide what alerts do in a run that passes faster: its windows hold fewer requests, so that what
// rules compute of them varies more.
#pragma once

#include <cstdint>
#include <functional>

#include "base/diagnostic.h"
#include "promql/options.h"
#include "scenario/load.h"

namespace firedrill::driver {

// An error for each alert one of whose thresholds lies within three standard errors of what is expected there at that
// speed, with the highest speed at which it does not.
//
// What is expected is what the simulated run of the same seed has while it is steady: in each phase, from when on all
// that the rule looks at lies within it. The standard error is that run's own: how far the value moves from one
// evaluation to the next, beyond what it moves in a run of another seed, tells the variance of what comes into a
// window, and one with X times fewer requests has a standard error √X times as large. A comparison that another one of
// the same expression leaves without effect does not count. Of speeds up to 1 nothing is found. Of a warm-up that is
// longer than rules look back no more is simulated. `stop` is asked some hundred times whether that is to end: then
// nothing more is found.
//
// And one for each probe that is answered there, but later than it would wait (cut_probes.h).
void check_chance(const scenario::LoadedScenario& scenario, double speed, std::uint64_t seed, promql::Version version,
                  Diagnostics& found, const std::function<bool()>& stop);

}  // namespace firedrill::driver
