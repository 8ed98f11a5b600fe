// The configuration as /api/v2/status gives it: its routes, inhibition and time intervals' names, which amtool loads.
// Of receivers the names alone: how they are reached is secret.
#pragma once

#include <string>

#include "notify/config/config.h"

namespace firedrill::console {

std::string config_text(const notify::Configuration& configuration);

}  // namespace firedrill::console
