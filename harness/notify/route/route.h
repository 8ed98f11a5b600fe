// Which routes of a tree take an alert (dispatch/route.go).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/labels.h"
#include "notify/config/config.h"

namespace firedrill::notify {

// The routes that take an alert of these labels, as indices into `routes` (Configuration::routes), in the tree's order:
// depth first, of siblings the first that takes it and, as long as `continue` is set, the next; a route whose children
// take none takes it itself. Never empty where the root has no matchers, as a checked configuration's has not.
std::vector<std::size_t> match(std::span<const Route> routes, const model::Labels& labels);

// The indices from the root down to the route, it included.
std::vector<std::size_t> path_to(std::span<const Route> routes, std::size_t index);

// The names of the time intervals that mute a route at an instant, as Alertmanager's API gives them: all of
// active_time_intervals if none of them holds, else those of mute_time_intervals that hold.
std::vector<std::string> muted_by(const Configuration& configuration, const Route& route, Time at);

}  // namespace firedrill::notify
