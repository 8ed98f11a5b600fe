// How a Deployment replaces its pods (pkg/controller/deployment: rolling.go, recreate.go). Pods of the template that is
// asked for are made beside the old ones, no more than maxSurge of them; old ones are deleted as long as no more than
// maxUnavailable of those that there should be are missing, first of all those that are not available anyway. With
// Recreate all old ones go first, and the next ones come when they are gone.
//
// A pod has a place among the replicas: the one that takes another's place is made for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// Of a pod that is there and is not being deleted.
struct RollingPod {
  std::size_t place = 0;
  bool outdated = false;   // of another template than asked for
  bool available = false;  // ready for minReadySeconds
  bool evicted = false;    // its node is to be rid of it
};

struct RolloutBounds {
  bool recreate = false;
  std::size_t surge = 0;        // pods beyond the number asked for
  std::size_t unavailable = 0;  // of the number asked for that may be missing
};
// As the strategy says for so many replicas: a share rounds up for the surge and down for what may be missing. One of
// the two is one at least, so that the rollout goes on at all.
RolloutBounds bounds_of(const StrategySpec& strategy, std::size_t replicas);

// What is done now.
struct RolloutMoves {
  std::vector<std::size_t> make;      // the places for which a pod is made
  std::vector<std::size_t> withdraw;  // of the pods given, those that are deleted
  bool none() const { return make.empty() && withdraw.empty(); }
};
// `terminating`: pods that are being deleted are still there.
RolloutMoves next_moves(std::span<const RollingPod> pods, std::size_t replicas, const RolloutBounds& bounds,
                        bool terminating);

// Which of the pods given that are evicted go now: those that are not available anyway, and of the others as many as
// may be missing, one at least. Nothing is made for them before: the ReplicaSet replaces a pod that is gone.
std::vector<std::size_t> next_evictions(std::span<const RollingPod> pods, std::size_t replicas,
                                        const RolloutBounds& bounds);

// How far a deployment has come.
struct RolloutState {
  std::size_t replicas = 0;     // that there should be; 0: as many as there are pods
  std::size_t outdated = 0;     // pods of another template than the Deployment's
  std::size_t warming = 0;      // pods that are ready, and have not been for minReadySeconds
  std::size_t unavailable = 0;  // that may be missing
  std::int64_t generation = 1;  // one more for each version or number asked for
  bool complete = true;         // all pods have been of the template asked for, and available
  bool stalled = false;         // it is not, and nothing was done for progressDeadlineSeconds
};

}  // namespace firedrill::fake_services
