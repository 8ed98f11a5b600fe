// When a postmortem is due.
#pragma once

#include "incident/record.h"

namespace firedrill::reports {

// Some incident of the run peaked at P0 or P1.
bool postmortem_due(const incident::Record& record);

}  // namespace firedrill::reports
