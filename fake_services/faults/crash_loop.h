// The target's processes end again and again, a while after each start.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kCrashLoop;

}  // namespace firedrill::fake_services
