// What the monitor sends to its Alertmanager does not arrive.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kNotifyDrop;

}  // namespace firedrill::fake_services
