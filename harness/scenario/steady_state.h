// Whether what a scenario describes comes to rest by itself: a run tells what faults do to a steady state, and of a
// world that has none it tells nothing.
#pragma once

#include "base/diagnostic.h"
#include "scenario/load.h"

namespace firedrill {
class Budget;
}

namespace firedrill::scenario {

// The world is run without its faults for a while that ends where the judged part begins, and looked at in the last
// part of that. Errors: services whose replicas are restarted again and again and are hardly ever ready, that are never
// ready, or that are kept beyond their capacity by retries alone. Warnings: services that are sent more from outside
// than they can serve. Each at the service in the topology. The same for the same scenario, whatever a run's seed.
Diagnostics unsteady_services(const LoadedScenario& loaded, const Budget* budget = nullptr);

}  // namespace firedrill::scenario
