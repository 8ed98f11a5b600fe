// What a monitor tells of an alert's steps, as events.
#pragma once

#include <string>
#include <string_view>

#include "events/alert.h"
#include "events/event.h"
#include "events/hold.h"

namespace firedrill::monitor {

// `alert`: its rule's name.
events::Event event_of(const std::string& alert, const events::AlertTransition& step);
// That it is kept from its next step, by what; of a kind of which an event tells.
events::Event held_back(const std::string& alert, const model::Labels& labels, Time t, events::HoldKind how,
                        std::string_view by);

}  // namespace firedrill::monitor
