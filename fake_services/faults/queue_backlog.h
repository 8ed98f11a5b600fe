// Messages come faster than they are worked off.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kQueueBacklog;

}  // namespace firedrill::fake_services
