// A metric is no longer exposed.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kStaleSeries;

}  // namespace firedrill::fake_services
