// What became of alerts: the route that each takes, and at each flush of its groups what was told, or what kept it
// back.
#pragma once

#include <string>
#include <vector>

#include "notify/config/config.h"
#include "notify/notification.h"

namespace firedrill::notify {

// "{alertname="A"} → root → {team="x"} → pager".
std::string describe_path(const Configuration& configuration, const model::Labels& labels, std::size_t route);

// Of the groups of one receiver, flush by flush up to a time; flushes at which the same was decided are told in one
// line.
std::vector<std::string> account_of(const Configuration& configuration, const std::vector<Flush>& flushes,
                                    const std::vector<Notification>& notifications, std::string_view receiver,
                                    Time start, Time until);

}  // namespace firedrill::notify
