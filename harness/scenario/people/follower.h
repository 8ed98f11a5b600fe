// Somebody who does nothing but follow a playbook.
#pragma once

#include <memory>

#include "scenario/load.h"

namespace firedrill::scenario {

// One person who is always on call, acknowledges within two minutes and follows this playbook, whatever else the
// scenario's people would do.
std::shared_ptr<const oncall::Team> follower_of(const oncall::Playbook& playbook, const LoadedScenario& scenario);

}  // namespace firedrill::scenario
