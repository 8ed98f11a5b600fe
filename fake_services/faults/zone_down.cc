#include "fake_services/faults/zone_down.h"

#include "base/format.h"

namespace firedrill::fake_services {
namespace {

class ZoneDown final : public Fault {
 public:
  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.bar(Barrier::dropped, strength);
  }
  void apply_to_calls(RequestConditions& conditions, double strength) const override {
    conditions.bar(Barrier::dropped, strength);
  }
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.scrapes_silent = 1 - (1 - conditions.scrapes_silent) * (1 - strength);
  }
  void apply_to_pod(PodConditions& conditions, double strength) const override {
    if (strength >= 1) conditions.node_lost = true;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (stands_out(during.scrapes_failed, during.scrapes, before.scrapes_failed, before.scrapes)) {
      return format("{:.0f} of {:.0f} scrapes in {} failed (before: {:.0f} of {:.0f})", during.scrapes_failed,
                    during.scrapes, target, before.scrapes_failed, before.scrapes);
    }
    if (!stands_out(during.timed_out, during.attempts, before.timed_out, before.attempts)) return std::nullopt;
    return format("{:.0f} of {:.0f} requests to services in {} got no answer (before: {:.0f} of {:.0f})",
                  during.timed_out, during.attempts, target, before.timed_out, before.attempts);
  }
};

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<ZoneDown>();
}

}  // namespace

const FaultKind kZoneDown = {
    .name = "zone_down",
    .summary = "everything in a zone is unreachable",
    .doc =
        "The machines of a zone are gone: every replica there is silent, to callers, to the monitor and to its "
        "kubelet's control plane. `up` is 0 for all of them together; callers that still send there wait out their "
        "connect_timeout, until the pods are marked not ready and leave the load balancer, as many NotReady as the "
        "zone had. What is left takes the load, and saturates if it was not made for it. Witness: failed scrapes or "
        "requests without an answer.",
    .fields = {},
    .per_request = false,
    .aims = Aims(Aim::zone),
    .reaches_probes = false,  // the kubelets are gone as well: node_lost
    .make = make,
};

}  // namespace firedrill::fake_services
