// Notifications as JSON, for programs.
#pragma once

#include <vector>

#include "base/text/json.h"
#include "notify/notification.h"

namespace firedrill::notify {

// Times in seconds since the start.
json::array to_json(const std::vector<Notification>& notifications, Time start);

}  // namespace firedrill::notify
