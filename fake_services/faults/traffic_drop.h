// Fewer requests come in.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kTrafficDrop;

}  // namespace firedrill::fake_services
