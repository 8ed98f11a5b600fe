// Packets get lost.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kLoss;

}  // namespace firedrill::fake_services
