// What becomes of an alert in a routing tree, and the tree itself, for people and programs.
#pragma once

#include <optional>
#include <string>

#include "base/text/json.h"
#include "model/labels.h"
#include "notify/config/config.h"

namespace firedrill::notify {

// The routes that take an alert of these labels: path, receiver, grouping, times; with an instant what mutes each then.
std::string explain_routes(const Configuration& configuration, const model::Labels& labels, std::optional<Time> at);

// The same for programs: `receivers` in the tree's order, as amtool gives them; `path` (of each route the texts of its
// matchers from the root on); `muted_by` (names of time intervals, of any of the routes); `routes` with all of each.
json::value routes_json(const Configuration& configuration, const model::Labels& labels, std::optional<Time> at);

// The tree, one route a line, with what it takes and whom it tells.
std::string tree_text(const Configuration& configuration);

// The same as a drawing that stands alone.
std::string tree_svg(const Configuration& configuration);

// What a route takes, in words: "severity="critical"", or "everything".
std::string takes(const Route& route);

}  // namespace firedrill::notify
