// The process stands still now and then.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kGcPause;

}  // namespace firedrill::fake_services
