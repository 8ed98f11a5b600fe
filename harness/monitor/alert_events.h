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

// An alert's labels as they leave a monitor, before they are relabelled: with the external ones, of which a label of
// the alert's own wins.
model::Labels as_sent(model::Labels labels, const model::Labels& external);

}  // namespace firedrill::monitor
