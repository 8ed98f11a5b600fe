// Requests are taken in and never answered.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kHang;

}  // namespace firedrill::fake_services
