// Something is wrong with the control plane or the workloads of the cluster.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/trouble.h"

namespace firedrill::fake_services::faults {

FaultKind cluster_trouble() {
  return {
      .name = "cluster_trouble",
      .summary = "something is wrong with the control plane or the workloads of the cluster",
      .doc =
          "The cluster is in trouble: `what` names a level of the list of states (a StatefulSet lacks"
          " a pod, a Job failed, a quota is used up, the API server answers with errors), and `level`"
          " says how far it goes. Exporters that watch the cluster show it (kube-state-metrics, "
          "apiserver, coredns); services run as before. Witness: the level that the exporters read.",
      .fields = trouble_fields<StateOf::cluster>(),
      .per_request = false,
      .of_replicas = false,
      .aims = Aim::monitor,
      .no_lines = "The control plane writes its own logs, which services do not see.",
      .make = make_trouble,
      .check = check_level,
      .states = is_of<StateOf::cluster>,
  };
}

}  // namespace firedrill::fake_services::faults
