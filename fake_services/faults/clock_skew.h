// The target's clock is wrong, and its samples carry their own timestamps.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kClockSkew;

}  // namespace firedrill::fake_services
