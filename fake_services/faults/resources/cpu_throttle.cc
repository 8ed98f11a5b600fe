// The processor is taken away from the target.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class CpuThrottle final : public Fault {
 public:
  explicit CpuThrottle(double taken) : taken_(taken) {}

  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.cpu_factor /= 1 - taken_ * strength;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    return latency_rise(before, during, target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return latency_unrisen(before, during, target);
  }

 private:
  double taken_;
};

constexpr FieldSpec kFields[] = {
    {.name = "percent",
     .type = FieldType::ratio,
     .required = true,
     .doc = "share of the processor time that is taken away",
     .min = 0.01,
     .max = 0.99},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<CpuThrottle>(fields.number("percent"));
}

constexpr LogForm kLines[] = {
    {LogCause::slow, events::LogLevel::warn, "{route} took {took}: the runtime reports long waits for the processor"},
};

}  // namespace

FaultKind cpu_throttle() {
  return {
      .name = "cpu_throttle",
      .summary = "the processor is taken away from the target",
      .doc =
          "A share of the processor's time is taken away, by a noisy neighbour or a quota: the target's own work takes "
          "longer in proportion, and its cpu_limit lets so much less through. The histogram shifts while the processor "
          "seconds do not rise; near saturation requests queue up and are answered 503. Liveness probes time out where "
          "they wait behind requests for longer than timeoutSeconds. Witness: the mean time that callers waited.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
