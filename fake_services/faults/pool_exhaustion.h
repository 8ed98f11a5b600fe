// Connections to a dependency run out.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kPoolExhaustion;

}  // namespace firedrill::fake_services
