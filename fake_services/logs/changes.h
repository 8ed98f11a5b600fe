// What of a run is a change that somebody or something made to production.
#pragma once

#include <optional>
#include <string>

#include "events/event.h"
#include "events/log.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services {

// Of what people did (action_taken); nothing of what changes nothing.
std::optional<events::Change> change_of(const events::Event& event);
// Of a fault that begins or ends (fault_injected, fault_ended) and is a change itself. `by`: the person after whose
// action it ends; empty: nobody's.
std::optional<events::Change> change_of(const FaultSpec& fault, const events::Event& event, const std::string& by);

}  // namespace firedrill::fake_services
