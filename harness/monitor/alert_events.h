// What a monitor tells of an alert's steps, as events.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/alert.h"
#include "events/event.h"

namespace firedrill::monitor {

// `alert`: its rule's name. Nothing for what never became an alert.
std::optional<events::Event> event_of(const std::string& alert, const events::AlertTransition& step);
// That it is kept from its next step: `kind` is one of those that say by what.
events::Event held_back(const std::string& alert, const model::Labels& labels, Time t, events::EventKind kind,
                        std::string_view by);

}  // namespace firedrill::monitor
