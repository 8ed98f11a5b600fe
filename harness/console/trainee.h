// A scenario as a drill plays it: whoever would be paged first is the trainee, and nobody else does anything by
// themselves but come when they are called.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "scenario/load.h"

namespace firedrill::console {

// The scenario's own responders and expectations are gone: those who are called beside the trainee acknowledge, and
// wait for what they are told. The error says what a drill lacks: people on call, somebody who is paged.
std::expected<std::shared_ptr<const scenario::LoadedScenario>, std::string> trainee_scenario(
    scenario::LoadedScenario scenario);

// The schedule whose first tier is the trainee's: that of the first receiver that pages, else the first one.
const oncall::Schedule& trainee_schedule(const scenario::LoadedScenario& scenario);

}  // namespace firedrill::console
