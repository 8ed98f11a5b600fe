// What is told of a notification, as an event: that a receiver has it, or that it has not.
#pragma once

#include "events/event.h"
#include "events/notification.h"

namespace firedrill::monitor {

events::Event event_of(const events::Notification& notification);

}  // namespace firedrill::monitor
