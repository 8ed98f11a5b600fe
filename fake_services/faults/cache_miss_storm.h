// A cache loses its entries.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kCacheMissStorm;

}  // namespace firedrill::fake_services
