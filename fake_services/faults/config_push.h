// All replicas of the target read a bad configuration at once.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kConfigPush;

}  // namespace firedrill::fake_services
