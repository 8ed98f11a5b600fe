// The target fails its requests while its probes succeed.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kProbeLiesOk;

}  // namespace firedrill::fake_services
