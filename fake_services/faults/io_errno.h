// Everything in a zone is gone.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kIoErrno;

}  // namespace firedrill::fake_services
