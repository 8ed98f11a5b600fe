// The target's containers have too little memory.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kOom;

}  // namespace firedrill::fake_services
