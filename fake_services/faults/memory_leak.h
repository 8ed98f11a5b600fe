// The target's processes take ever more memory.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kMemoryLeak;

}  // namespace firedrill::fake_services
