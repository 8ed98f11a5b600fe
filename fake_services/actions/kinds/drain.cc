// A node gets no pods any more, and those that it has go elsewhere.
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& /*arguments*/) {
  return levers.drain(target);
}

}  // namespace

ActionSpec drain() {
  return {
      .kind = events::ActionKind::drain,
      .name = "drain",
      .summary = "a node gets no pods any more, and those that it has go elsewhere",
      .doc =
          "Of each service with pods on the node (there is one for each zone, `node-<zone>`; without zones all are on "
          "`node-1`, and there is no other) these are replaced one after the other by pods on other nodes, whatever is "
          "wrong in the zone; later ones are not placed there either. `kube_pod_info` and the kubelets have the "
          "nodes that they are on. It helped when fewer requests to these services fail, or they are answered sooner.",
      .target = ActionTarget::node,
      .pull = pull,
      .symptom = relief,
      .unseen = no_relief,
  };
}

}  // namespace firedrill::fake_services::actions
