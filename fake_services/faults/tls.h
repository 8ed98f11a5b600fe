// The certificate of the target is not valid.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kTls;

}  // namespace firedrill::fake_services
