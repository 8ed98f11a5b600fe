// Consumers stop taking messages.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kConsumerStall;

}  // namespace firedrill::fake_services
