// A label of the target's series has another value every so often.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kLabelChurn;

}  // namespace firedrill::fake_services
