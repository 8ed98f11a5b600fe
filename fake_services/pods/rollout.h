// How a Deployment replaces its pods (RollingUpdate): never more than maxUnavailable of them out of the balancing, and
// the next ones only when those before are there. Pods keep their names here, and there is no surge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace firedrill::fake_services {

// After so long without progress a rollout counts as stalled (progressDeadlineSeconds).
inline constexpr Duration kProgressDeadline = std::chrono::minutes(10);

struct RollingPod {
  bool outdated = false;   // of another version than asked for
  bool available = false;  // ready
  bool going = false;      // being replaced
};

// The pods to replace now, in order. Those that are not available anyway go first: they cost nothing.
std::vector<std::size_t> to_replace(std::span<const RollingPod> pods, double max_unavailable);

// How far a deployment has come.
struct RolloutState {
  std::size_t replicas = 0;  // that there should be; 0: as many as there are places for
  std::size_t outdated = 0;
  std::int64_t generation = 1;  // one more for each version or number asked for
  bool stalled = false;
};

}  // namespace firedrill::fake_services
