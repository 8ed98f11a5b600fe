// Values of the target become NaN.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kNan;

}  // namespace firedrill::fake_services
