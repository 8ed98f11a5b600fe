// The target's counters begin anew.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kCounterReset;

}  // namespace firedrill::fake_services
