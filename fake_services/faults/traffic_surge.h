// More requests come in.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kTrafficSurge;

}  // namespace firedrill::fake_services
