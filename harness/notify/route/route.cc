#include "notify/route/route.h"

#include <algorithm>

namespace firedrill::notify {
namespace {

// Whether the route takes the alert, itself or below it.
bool match_at(std::span<const Route> routes, const Route& route, const model::Labels& labels,
              std::vector<std::size_t>& taking) {
  if (!matches_all(route.matchers, labels)) return false;
  const std::size_t before = taking.size();
  for (const std::size_t child : route.children) {
    if (match_at(routes, routes[child], labels, taking) && !routes[child].continues) break;
  }
  if (taking.size() == before) taking.push_back(route.index);
  return true;
}

}  // namespace

std::vector<std::size_t> match(std::span<const Route> routes, const model::Labels& labels) {
  std::vector<std::size_t> taking;
  if (!routes.empty()) match_at(routes, routes.front(), labels, taking);
  return taking;
}

std::vector<std::size_t> path_to(std::span<const Route> routes, std::size_t index) {
  std::vector<std::size_t> path{index};
  while (const auto parent = routes[path.back()].parent) path.push_back(*parent);
  std::ranges::reverse(path);
  return path;
}

std::vector<std::string> muted_by(const Configuration& configuration, const Route& route, Time at) {
  const auto holds = [&](const std::string& name) {
    const NamedTimeInterval* interval = configuration.time_interval(name);
    return interval != nullptr && interval->contains(at);
  };
  if (std::ranges::none_of(route.active_time_intervals, holds) && !route.active_time_intervals.empty()) {
    return route.active_time_intervals;
  }
  std::vector<std::string> muting;
  std::ranges::copy_if(route.mute_time_intervals, std::back_inserter(muting), holds);
  return muting;
}

}  // namespace firedrill::notify
