// The target's readiness probes fail and succeed by turns.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/pods/prober.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class ReadinessFlap final : public Fault {
 public:
  explicit ReadinessFlap(DutyCycle duty_cycle) : duty_cycle_(duty_cycle) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    conditions.forced[static_cast<std::size_t>(ProbeType::readiness)] = false;
  }
  std::optional<DutyCycle> duty_cycle() const override { return duty_cycle_; }
  bool by_turns() const override { return true; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.readiness_failures, during.readiness_probes, before.readiness_failures,
                    before.readiness_probes) ||
        during.endpoint_changes < 1) {
      return std::nullopt;
    }
    return format(
        "{:.0f} of {:.0f} readiness probes of {} failed, and its endpoints changed {:.0f} time{} (before: {:.0f})",
        during.readiness_failures, during.readiness_probes, target, during.endpoint_changes,
        during.endpoint_changes == 1 ? "" : "s", before.endpoint_changes);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return probes_unchanged(during.readiness_failures, during.readiness_probes, before.readiness_failures,
                            before.readiness_probes, "readiness", target, during) +
           format(", and its endpoints changed {:.0f} time{} (before: {:.0f})", during.endpoint_changes,
                  during.endpoint_changes == 1 ? "" : "s", before.endpoint_changes);
  }

 private:
  DutyCycle duty_cycle_;
};

constexpr FieldSpec kFields[] = {
    {.name = "period",
     .type = FieldType::duration,
     .doc = "from one failure to the next",
     .default_text = "2m",
     .min = 1,
     .max = 86400},
    {.name = "unready",
     .type = FieldType::ratio,
     .doc = "share of the period for which the probe fails",
     .default_text = "50%",
     .min = 0.01,
     .max = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  const Duration period = fields.duration("period", std::chrono::minutes(2));
  return std::make_shared<ReadinessFlap>(
      DutyCycle{period, from_seconds(to_seconds(period) * fields.number("unready", 0.5))});
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec&) {
  if (service.readiness_probe) return std::nullopt;
  return Misfit{service.name + " has no readinessProbe", "give it one, or break its requests instead"};
}

}  // namespace

FaultKind readiness_flap() {
  return {
      .name = "readiness_flap",
      .summary = "the target's readiness probes fail and succeed by turns",
      .doc =
          "For a share of each `period` the readiness probes of the replicas targeted fail, of one replica "
          "after the other, spread over the period, though their requests are "
          "answered as ever. After failureThreshold failures a replica leaves the load balancer, after "
          "successThreshold "
          "successes it comes back: endpoints churn, and the others carry its load by turns. Periods shorter than the "
          "probe's own patience do nothing. Liveness passes, nothing is restarted. Witness: failed readiness probes "
          "and "
          "endpoints that changed.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .no_lines = "Probes are the kubelet's: those that fail are events of the cluster, Unhealthy.",
      .make = make,
      .misfit = misfit,
  };
}

}  // namespace firedrill::fake_services::faults
