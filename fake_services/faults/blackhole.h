// Packets to the target vanish.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kBlackhole;

}  // namespace firedrill::fake_services
