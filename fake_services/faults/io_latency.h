// Writes to the disk take long.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kIoLatency;

}  // namespace firedrill::fake_services
