// Prometheus or Alertmanager tell of trouble of their own.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/trouble.h"

namespace firedrill::fake_services::faults {

FaultKind monitor_trouble() {
  return {
      .name = "monitor_trouble",
      .summary = "Prometheus or Alertmanager tell of trouble of their own",
      .doc =
          "Prometheus, Alertmanager or the operator show that something is wrong with them: `what` "
          "names a level of the list of states (the configuration was not taken over, alerts do not "
          "reach the Alertmanagers, rules fail), and `level` says how far it goes. It shows in what "
          "their exporters tell of them; the simulated monitor works as before. Witness: the level "
          "that the exporters read.",
      .fields = trouble_fields<StateOf::monitor>(),
      .per_request = false,
      .of_replicas = false,
      .aims = Aim::monitor,
      .no_lines = "Prometheus and Alertmanager write their own logs, which services do not see.",
      .make = make_trouble,
      .check = check_level,
      .states = is_of<StateOf::monitor>,
  };
}

}  // namespace firedrill::fake_services::faults
