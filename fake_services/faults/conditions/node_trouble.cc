// Something is wrong with the nodes of the target.
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
       .choices = states_of(StateOf::node)},
      {.name = "level", .type = FieldType::number, .doc = "that it raises it to; a usual bad one if absent"},
  };
  return kFields;
}

bool raises(std::size_t state) {
  return state_table()[state].of == StateOf::node;
}

}  // namespace

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
      .fields = fields(),
      .per_request = false,
      .of_replicas = true,
      .aims = Aims(Aim::service) | Aim::zone,
      .no_lines = "A node writes of its troubles to its own journal, which services do not see.",
      .make = make_trouble,
      .misfit = needs_pods,
      .states = raises,
  };
}

}  // namespace firedrill::fake_services::faults
