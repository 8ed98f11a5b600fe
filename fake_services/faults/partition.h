// The network between services loses what they send each other.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kPartition;

}  // namespace firedrill::fake_services
