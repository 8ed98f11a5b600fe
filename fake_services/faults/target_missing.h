// The target vanishes from service discovery.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kTargetMissing;

}  // namespace firedrill::fake_services
