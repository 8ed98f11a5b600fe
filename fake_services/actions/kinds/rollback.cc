// The version before takes the place of the one that runs.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"bad_deploy", "crash_loop", "startup_failure", "slow_start", "memory_leak"};

// Pods that run what was rolled out are replaced as their version is no longer wanted (Pods::set_conditions).
std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& /*arguments*/) {
  return levers.roll_back(target);
}

}  // namespace

ActionSpec rollback() {
  return {
      .kind = events::ActionKind::rollback,
      .name = "rollback",
      .summary = "the version before takes the place of the one that runs",
      .doc =
          "The deployment goes back to its last revision, and to the ReplicaSet of that: pods are replaced as in any "
          "rollout, and each takes its time to start. What came with the version is over, and nothing else: a rollback "
          "puts no "
          "configuration right that is read from elsewhere, and where retries have piled up they go on until load is "
          "shed. It helped when fewer requests to the service fail, when they are answered sooner, or when its "
          "processes hold "
          "a fifth less memory than before.",
      .cures = kCures,
      .pull = pull,
      .symptom = relief_by_new_processes,
      .unseen = no_relief_by_new_processes,
  };
}

}  // namespace firedrill::fake_services::actions
