// Something is wrong inside a database, cache, queue, proxy or runtime.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/trouble.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (!service.exporters.empty()) return std::nullopt;
  return Misfit{"no exporter watches it, so nothing would show", "attach one (`exporters:` of the service)"};
}

}  // namespace

FaultKind component_trouble() {
  return {
      .name = "component_trouble",
      .summary = "something is wrong inside a database, cache, queue, proxy or runtime",
      .doc =
          "The service targeted is in trouble of its own kind: `what` names a level of the list of "
          "states (connections run out, a replica lags, transactions lock each other out, consumers "
          "are gone, the heap is full), and `level` says how far it goes. Exporters that watch the "
          "service show it; requests are served as before: what they would suffer is a fault of its "
          "own. Witness: the level that the exporters read.",
      .fields = trouble_fields<StateOf::component>(),
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .no_lines =
          "What a program writes of its own troubles is as different as programs are; its exporter "
          "tells of them.",
      .make = make_trouble,
      .check = check_level,
      .misfit = misfit,
      .states = is_of<StateOf::component>,
  };
}

}  // namespace firedrill::fake_services::faults
