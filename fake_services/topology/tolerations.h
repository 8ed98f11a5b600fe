// For how long pods put up with a node that is out of touch.
#pragma once

#include <optional>

#include "base/time.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// Of the taint node.kubernetes.io/unreachable:NoExecute (pkg/controller/tainteviction, getMinTolerationTime), for which
// each pod that says nothing of it is given 300 s (plugin DefaultTolerationSeconds). Nothing: for ever.
std::optional<Duration> tolerates_unreachable_for(const ServiceSpec& service);

}  // namespace firedrill::fake_services
