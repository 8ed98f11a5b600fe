// The target's processes hang until they are restarted.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/process_exit.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class LivenessDeadlock final : public Fault {
 public:
  explicit LivenessDeadlock(double again_after) : again_after_(again_after) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    conditions.deadlocks += 1;
    conditions.deadlock_after_s = again_after_;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    const bool killed =
        during.liveness_failures > 0 && ends_rose(during.kills, during.seconds, before.kills, before.seconds);
    if (killed || stands_out(during.liveness_failures, during.liveness_probes, before.liveness_failures,
                             before.liveness_probes)) {
      return format("{:.0f} of {:.0f} liveness probes of {} failed (before: {:.0f} of {:.0f})",
                    during.liveness_failures, during.liveness_probes, target, before.liveness_failures,
                    before.liveness_probes);
    }
    if (!stands_out(during.timed_out, during.attempts, before.timed_out, before.attempts)) return std::nullopt;
    return format("{:.0f} of {:.0f} requests to {} were not answered in time (before: {:.0f} of {:.0f})",
                  during.timed_out, during.attempts, target, before.timed_out, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return probes_unchanged(during.liveness_failures, during.liveness_probes, before.liveness_failures,
                            before.liveness_probes, "liveness", target, during) +
           format(", and {:.0f} of {:.0f} requests to it were not answered in time", during.timed_out, during.attempts);
  }

 private:
  double again_after_;
};

constexpr FieldSpec kFields[] = {
    {.name = "again_after",
     .type = FieldType::duration,
     .doc = "how long a restarted process runs before it hangs again; absent: it does not",
     .min = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<LivenessDeadlock>(fields.has("again_after") ? to_seconds(fields.duration("again_after"))
                                                                      : -1);
}

constexpr LogForm kLines[] = {
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: connected and sent, no response within {timeout}: context deadline exceeded"},
};

}  // namespace

FaultKind liveness_deadlock() {
  return {
      .name = "liveness_deadlock",
      .summary = "the target's processes hang until they are restarted",
      .doc =
          "The processes that run when it begins stop working: they accept requests and probes and answer none. In "
          "flight "
          "climbs, callers time out, the port that is scraped still answers. The liveness probe times out, and after "
          "failureThreshold failures the kubelet kills the container; since it does not react to SIGTERM that takes "
          "the "
          "whole grace period, and the exit code is 137. The next process is well, unless `again_after` says "
          "otherwise: "
          "this is what liveness probes are for, and without one nothing ends the hang, not even the end of the fault. "
          "Witness: failed liveness probes, or requests that were not answered in time.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
