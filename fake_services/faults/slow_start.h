// The target's processes are restarted and take long to come up.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kSlowStart;

}  // namespace firedrill::fake_services
