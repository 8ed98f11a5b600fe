// The processor is taken away from the target.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kCpuThrottle;

}  // namespace firedrill::fake_services
