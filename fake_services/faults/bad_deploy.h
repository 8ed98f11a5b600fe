// A bad version is rolled out to the target.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kBadDeploy;

}  // namespace firedrill::fake_services
