// Rule groups take too long to evaluate.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kRuleEvalDelay;

}  // namespace firedrill::fake_services
