// What there is to be worked, and what a hypothesis may name: printed, with the exit code.
#pragma once

#include <vector>

#include "console/drill/find_drills.h"

namespace firedrill::cli {

int list_drills(const std::vector<console::DrillFile>& drills, bool as_json);
int list_kinds();

}  // namespace firedrill::cli
