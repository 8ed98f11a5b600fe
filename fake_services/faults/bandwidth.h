// The network is narrow.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kBandwidth;

}  // namespace firedrill::fake_services
