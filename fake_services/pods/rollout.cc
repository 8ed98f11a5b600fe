#include "fake_services/pods/rollout.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRounding = 1e-9;

std::size_t count_of(const CountOrShare& given, std::size_t replicas, bool up) {
  if (!given.share) return static_cast<std::size_t>(std::max(0.0, given.value));
  const double exact = std::max(0.0, given.value) * static_cast<double>(replicas);
  return static_cast<std::size_t>(up ? maths::ceil(exact - kRounding) : maths::floor(exact + kRounding));
}

// Of the places: how many pods each has.
struct Place {
  bool fresh = false;  // one of the template that is asked for
  bool fresh_available = false;
  bool old = false;
};

std::vector<Place> places_of(std::span<const RollingPod> pods, std::size_t replicas) {
  std::vector<Place> places(replicas);
  for (const RollingPod& pod : pods) {
    Place& place = places[pod.place];
    if (pod.outdated) {
      place.old = true;
    } else {
      place.fresh = true;
      place.fresh_available = place.fresh_available || pod.available;
    }
  }
  return places;
}

// Places that nobody has come first.
std::vector<std::size_t> places_to_fill(std::span<const Place> places, std::size_t most) {
  std::vector<std::size_t> out;
  for (const bool empty : {true, false}) {
    for (std::size_t p = 0; p < places.size() && out.size() < most; ++p) {
      if (!places[p].fresh && places[p].old != empty) out.push_back(p);
    }
  }
  return out;
}

// Old pods that are available: those whose place another has taken already come first.
std::vector<std::size_t> old_by_rank(std::span<const RollingPod> pods, std::span<const Place> places) {
  std::vector<std::size_t> out;
  const auto rank = [&](const RollingPod& pod) {
    const Place& place = places[pod.place];
    return place.fresh_available ? 0 : place.fresh ? 1 : 2;
  };
  for (int wanted = 0; wanted <= 2; ++wanted) {
    for (std::size_t i = 0; i < pods.size(); ++i) {
      if (pods[i].outdated && pods[i].available && rank(pods[i]) == wanted) out.push_back(i);
    }
  }
  return out;
}

RolloutMoves recreate(std::span<const RollingPod> pods, std::span<const Place> places, bool terminating) {
  RolloutMoves moves;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (pods[i].outdated) moves.withdraw.push_back(i);
  }
  if (moves.withdraw.empty() && !terminating) moves.make = places_to_fill(places, places.size());
  return moves;
}

}  // namespace

RolloutBounds bounds_of(const StrategySpec& strategy, std::size_t replicas) {
  RolloutBounds bounds{.recreate = strategy.recreate};
  bounds.surge = count_of(strategy.max_surge, replicas, true);
  bounds.unavailable = std::min(replicas, count_of(strategy.max_unavailable, replicas, false));
  if (bounds.surge == 0 && bounds.unavailable == 0) bounds.unavailable = 1;
  return bounds;
}

RolloutMoves next_moves(std::span<const RollingPod> pods, std::size_t replicas, const RolloutBounds& bounds,
                        bool terminating) {
  const std::vector<Place> places = places_of(pods, replicas);
  if (bounds.recreate) return recreate(pods, places, terminating);
  RolloutMoves moves;
  const std::size_t most = replicas + bounds.surge;
  if (pods.size() < most) moves.make = places_to_fill(places, most - pods.size());
  const auto count = [&](auto which) { return static_cast<std::size_t>(std::ranges::count_if(pods, which)); };
  const std::size_t available = count([](const RollingPod& pod) { return pod.available; });
  const std::size_t coming = moves.make.size() + count([](const RollingPod& p) { return !p.outdated && !p.available; });
  const std::size_t least = replicas - std::min(replicas, bounds.unavailable);
  // Those that come are not counted on, nor are those without which there would be too few if they did not come.
  const std::size_t total = pods.size() + moves.make.size();
  const std::size_t spare = total > least + coming ? total - least - coming : 0;
  for (std::size_t i = 0; i < pods.size() && moves.withdraw.size() < spare; ++i) {
    if (pods[i].outdated && !pods[i].available) moves.withdraw.push_back(i);
  }
  std::size_t healthy = available > least ? available - least : 0;
  for (const std::size_t i : old_by_rank(pods, places)) {
    if (healthy == 0 || spare == 0) break;
    moves.withdraw.push_back(i);
    --healthy;
  }
  return moves;
}

std::vector<std::size_t> next_evictions(std::span<const RollingPod> pods, std::size_t replicas,
                                        const RolloutBounds& bounds) {
  std::vector<std::size_t> out;
  const auto available = static_cast<std::size_t>(std::ranges::count_if(pods, &RollingPod::available));
  const std::size_t least = replicas - std::min(replicas, std::max<std::size_t>(1, bounds.unavailable));
  std::size_t spare = available > least ? available - least : 0;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (!pods[i].evicted || (pods[i].available && spare == 0)) continue;
    out.push_back(i);
    spare -= pods[i].available ? 1 : 0;
  }
  return out;
}

}  // namespace firedrill::fake_services
