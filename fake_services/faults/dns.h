// Names of dependencies are not resolved.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kDns;

}  // namespace firedrill::fake_services
