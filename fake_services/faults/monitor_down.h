// The monitor as a whole is down.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kMonitorDown;

}  // namespace firedrill::fake_services
