// Clients send the same again and again.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kRetryStorm;

}  // namespace firedrill::fake_services
