// The target's processes are restarted and do not come up.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kStartupFailure;

}  // namespace firedrill::fake_services
