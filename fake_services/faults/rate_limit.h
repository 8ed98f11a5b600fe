// Requests over a limit are turned away.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kRateLimit;

}  // namespace firedrill::fake_services
