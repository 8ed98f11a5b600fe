// The target's processes hang until they are restarted.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kLivenessDeadlock;

}  // namespace firedrill::fake_services
