// Something is wrong with the control plane or the workloads of the cluster.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/trouble.h"

namespace firedrill::fake_services::faults {
namespace {

std::span<const FieldSpec> fields() {
  static const FieldSpec kFields[] = {
      {.name = "what",
       .type = FieldType::text,
       .required = true,
       .doc = "the level that it raises; `firedrill list states` names them",
       .choices = states_of(StateOf::cluster)},
      {.name = "level", .type = FieldType::number, .doc = "that it raises it to; a usual bad one if absent"},
  };
  return kFields;
}

bool raises(std::size_t state) {
  return state_table()[state].of == StateOf::cluster;
}

}  // namespace

FaultKind cluster_trouble() {
  return {
      .name = "cluster_trouble",
      .summary = "something is wrong with the control plane or the workloads of the cluster",
      .doc =
          "The cluster is in trouble: `what` names a level of the list of states (a StatefulSet lacks"
          " a pod, a Job failed, a quota is used up, the API server answers with errors), and `level`"
          " says how far it goes. Exporters that watch the cluster show it (kube-state-metrics, "
          "apiserver, coredns); services run as before. Witness: the level that the exporters read.",
      .fields = fields(),
      .per_request = false,
      .of_replicas = false,
      .aims = Aim::monitor,
      .no_lines = "The control plane writes its own logs, which services do not see.",
      .make = make_trouble,
      .states = raises,
  };
}

}  // namespace firedrill::fake_services::faults
