// The target's processes end, once.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kCrash;

}  // namespace firedrill::fake_services
