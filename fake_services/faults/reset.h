// Connections to the target are reset.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kReset;

}  // namespace firedrill::fake_services
