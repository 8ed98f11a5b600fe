// Everything in a zone is gone.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/gone.h"

namespace firedrill::fake_services::faults {
namespace {

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<Gone>("scrapes in", "requests to services in");
}

constexpr LogForm kLines[] = {
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: dial tcp {peer}:{port}: i/o timeout, the host does not answer"},
    {LogCause::scrape_failed, events::LogLevel::warn, "scrape of {peer} failed: dial tcp {pod}: i/o timeout"},
};

}  // namespace

FaultKind zone_down() {
  return {
      .name = "zone_down",
      .summary = "everything in a zone is unreachable",
      .doc =
          "The machines of a zone are gone: every replica there is silent, to callers, to the monitor and to its "
          "kubelet's control plane. `up` is 0 for all of them together; callers that still send there wait out their "
          "connect_timeout, until the pods are marked not ready and leave the load balancer, as many NotReady as the "
          "zone had. What is left takes the load, and saturates if it was not made for it. When the pods no longer "
          "tolerate "
          "that (300 s later, or as `tolerations` of the service say) they are deleted, and others are made on the "
          "nodes "
          "that are left, if there are any. Witness: failed scrapes or "
          "requests without a response.",
      .fields = {},
      .per_request = false,
      .aims = Aims(Aim::zone),
      .reaches_probes = false,  // the kubelets are gone as well: node_lost
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
