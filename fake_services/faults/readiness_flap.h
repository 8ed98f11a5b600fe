// The target's readiness probes fail and succeed by turns.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kReadinessFlap;

}  // namespace firedrill::fake_services
