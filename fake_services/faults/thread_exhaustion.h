// Most of the target's workers are stuck.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kThreadExhaustion;

}  // namespace firedrill::fake_services
