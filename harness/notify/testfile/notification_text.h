// Notifications in words, for failures and listings.
#pragma once

#include <string>
#include <string_view>

#include "notify/notification.h"

namespace firedrill::notify {

// One line: "1m30s firing first_notification {cluster="a"}: {alertname="DatabaseDown"} firing from 1m", times since the
// start.
std::string describe(const Notification& notification, Time start);

// "1m30s", "-5s".
std::string time_text(Duration since_start);
std::string_view status_of(bool is_firing);

}  // namespace firedrill::notify
