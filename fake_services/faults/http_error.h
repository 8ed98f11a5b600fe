// A share of the target's requests is answered with an HTTP error at once.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kHttpError;

}  // namespace firedrill::fake_services
