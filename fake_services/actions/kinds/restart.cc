// Pods are replaced by new ones of the same version.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"pool_exhaustion", "thread_exhaustion", "consumer_stall"};

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& /*arguments*/) {
  return levers.restart(target);
}

}  // namespace

ActionSpec restart() {
  return {
      .kind = events::ActionKind::restart,
      .name = "restart",
      .summary = "pods are replaced by new ones of the same version",
      .doc =
          "The pods are replaced one after the other as in a rollout (kubectl rollout restart), with the version and "
          "the "
          "configuration that they have. What a process alone has is gone with it: leaked connections, threads that "
          "hang, memory that it had leaked, which begins to leak anew. A bad version or configuration is as bad in a "
          "new "
          "process, and while pods are replaced there are fewer of them. The new pods are of a new ReplicaSet, with "
          "names of their own. It helped when fewer requests to the service "
          "fail, when they are answered sooner, or when its processes hold a fifth less memory than before.",
      .cures = kCures,
      .removal = Removal::with_pods,
      .live = true,
      .pull = pull,
      .symptom = relief_by_new_processes,
      .unseen = no_relief_by_new_processes,
  };
}

}  // namespace firedrill::fake_services::actions
