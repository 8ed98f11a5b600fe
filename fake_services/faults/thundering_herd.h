// Clients come all at once.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kThunderingHerd;

}  // namespace firedrill::fake_services
