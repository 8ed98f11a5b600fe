// Everything in a zone is gone.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kDependencyDown;

}  // namespace firedrill::fake_services
