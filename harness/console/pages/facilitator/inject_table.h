// What whoever runs a drill can let happen beside its own faults: a row each for every service that it fits.
#pragma once

#include <memory>

#include "scenario/load.h"

namespace firedrill::console::pages {

// The scenario with each of them as a fault that never begins by itself ("inject-http_error-checkout"). Nothing else of
// a run changes by it: chance comes from streams by name.
std::shared_ptr<const scenario::LoadedScenario> with_injects(const scenario::LoadedScenario& scenario);

}  // namespace firedrill::console::pages
