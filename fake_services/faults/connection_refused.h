// Connections to the target are refused at once, as by a host on which nothing listens.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kConnectionRefused;

}  // namespace firedrill::fake_services
