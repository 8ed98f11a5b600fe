// A variant of a drill with its scenario, loaded: of find_drills.h and of checks alone.
#pragma once

#include <memory>

#include "console/drill/find_drills.h"
#include "console/drill/variant.h"

namespace firedrill::console {

Result<LoadedDrill> load_drill(const DrillFile& file, const std::shared_ptr<const Variant>& variant);

}  // namespace firedrill::console
