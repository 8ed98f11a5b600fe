// Everything in a zone is gone.
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/gone.h"

namespace firedrill::fake_services::faults {
namespace {

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<Gone>("scrapes of", "requests to");
}

constexpr LogForm kLines[] = {
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: dial tcp {peer}:{port}: i/o timeout, the host does not answer"},
    {LogCause::scrape_failed, events::LogLevel::warn, "scrape of {peer} failed: dial tcp {pod}: i/o timeout"},
};

}  // namespace

FaultKind dependency_down() {
  return {
      .name = "dependency_down",
      .summary = "the machines of a service are gone",
      .doc =
          "Every replica targeted is silent, to callers, to the monitor and to the control plane, as a database whose "
          "host has lost its power: no process ends and nothing is restarted. `up` is 0 for all of them together. "
          "Callers wait out their connect_timeout and answer 504 when the call is critical, until the pods are marked "
          "not ready, 50 s later; with no replica left behind its address they are refused from then on, and answer "
          "503. Readiness probes of callers that look at it fail. A third party's service has no pods of ours: its "
          "callers wait in vain to the end. Witness: failed scrapes or requests without a response.",
      .fields = {},
      .per_request = false,
      .aims = Aims(Aim::service),
      .reaches_probes = false,  // the kubelets are gone as well: node_lost
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
