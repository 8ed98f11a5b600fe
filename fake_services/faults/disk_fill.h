// The disk of the target fills up.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kDiskFill;

}  // namespace firedrill::fake_services
