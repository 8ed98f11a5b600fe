// How long a preStop hook takes.
#pragma once

#include <optional>

#include "base/time.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// A command can only be told of if it sleeps: `sleep 5`, or a shell that is given that. Nothing: it is another one.
std::optional<Duration> pre_stop_time(const PreStopSpec& hook);

}  // namespace firedrill::fake_services
