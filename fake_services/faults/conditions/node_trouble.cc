// Something is wrong with the nodes of the target.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/trouble.h"

namespace firedrill::fake_services::faults {

FaultKind node_trouble() {
  return {
      .name = "node_trouble",
      .summary = "something is wrong with the nodes of the target",
      .doc =
          "The nodes on which the replicas targeted run are in trouble: `what` names a level of the "
          "list of states (the disk is full, the clock is ahead, a systemd unit has failed, the "
          "kubelet does not report), and `level` says how far it goes. Exporters that watch nodes "
          "show it (node, kubelet, cadvisor, kube-state-metrics); requests are served as before. "
          "Witness: the level that the exporters read.",
      .fields = trouble_fields<StateOf::node>(),
      .per_request = false,
      .of_replicas = true,
      .aims = Aims(Aim::service) | Aim::zone,
      .no_lines = "A node writes of its troubles to its own journal, which services do not see.",
      .make = make_trouble,
      .check = check_level,
      .misfit = needs_pods,
      .states = is_of<StateOf::node>,
  };
}

}  // namespace firedrill::fake_services::faults
