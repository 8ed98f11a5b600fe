// Answers of the target come late.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kLatency;

}  // namespace firedrill::fake_services
