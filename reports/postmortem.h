// When a postmortem is due.
#pragma once

#include "record/record.h"

namespace firedrill::reports {

// Some incident of the run peaked at P0 or P1.
bool postmortem_due(const record::Record& record);

}  // namespace firedrill::reports
