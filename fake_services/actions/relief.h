// What shows that things are better: fewer requests fail, or they are answered sooner, by more than chance explains.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fake_services/faults/observation.h"

namespace firedrill::fake_services {

// "in the last 1 m 20 s": over which it was seen.
std::string lately(const Observation& seen);

// Attempts that came to nothing, were answered 5xx, or turned away with 429: whoever asked has no answer.
double failures(const Observation& seen);
// Of all attempts; 0: there were none.
double failing_share(const Observation& seen);
// By more than chance explains.
bool fails_more(const Observation& before, const Observation& after);
// "meanwhile it was worse: 512 of 900 requests failed within 1 m".
std::string was_worse(const Observation& worst);
// Answered per second with less than 500, and not turned away.
double goodput(const Observation& seen);

// "12 of 1850 requests to checkout failed (before: 1842 of 1901)"; nothing if they do not fail less often.
std::optional<std::string> fewer_failures(const Observation& before, const Observation& after, std::string_view target);
// Either of fewer failures and a shorter mean time.
std::optional<std::string> relief(const Observation& before, const Observation& after, std::string_view target);
// Of what starts processes anew: either of these, or they hold much less memory than before.
std::optional<std::string> relief_by_new_processes(const Observation& before, const Observation& after,
                                                   std::string_view target);
std::string no_relief_by_new_processes(const Observation& before, const Observation& after, std::string_view target);
std::string no_relief(const Observation& before, const Observation& after, std::string_view target);

// Of what turns requests away: more of them are answered well, or less than half as many are under way.
std::optional<std::string> unburdened(const Observation& before, const Observation& after, std::string_view target);
std::string still_burdened(const Observation& before, const Observation& after, std::string_view target);

}  // namespace firedrill::fake_services
