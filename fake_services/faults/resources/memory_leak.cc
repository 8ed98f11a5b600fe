// The target's processes take ever more memory.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr double kMinute = 60;
constexpr double kMega = 1024.0 * 1024;
constexpr double kKilo = 1024;
constexpr double kLeastShare = 0.5;  // of what the leak should have taken

std::string size(double bytes) {
  if (bytes >= 10 * kMega) return format("{:.0f} MiB", bytes / kMega);
  if (bytes >= kMega) return format("{:.1f} MiB", bytes / kMega);
  return bytes >= kKilo ? format("{:.0f} KiB", bytes / kKilo) : format("{:.1f} bytes", bytes);
}

class MemoryLeak final : public Fault {
 public:
  MemoryLeak(double rate, double limit) : rate_(rate), limit_(limit) {}

  void apply_to_pod(PodConditions& conditions, double strength) const override {
    conditions.leak += rate_ * strength;
    const bool tighter = conditions.memory_limit <= 0 || limit_ < conditions.memory_limit;
    if (limit_ > 0 && tighter) conditions.memory_limit = limit_;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (during.oom_kills >= 1 && before.oom_kills < 1) {
      return format("containers of {} were killed for their memory {:.0f} times (before: 0)", target, during.oom_kills);
    }
    // What requests in flight hold comes and goes.
    const double grown = (during.memory_bytes - during.request_bytes) - (before.memory_bytes - before.request_bytes);
    if (grown <= 0 || grown < kLeastShare * rate_ * during.exposure * during.targeted) return std::nullopt;
    return format("{} holds {} of memory, {} more than {:.0f} s before", target, size(during.memory_bytes), size(grown),
                  during.elapsed);
  }

 private:
  double rate_;  // bytes per second
  double limit_;
};

constexpr FieldSpec kFields[] = {
    {.name = "rate",
     .type = FieldType::bytes,
     .required = true,
     .doc = "by which the resident memory of each process grows in a minute",
     .min = 1},
    {.name = "limit",
     .type = FieldType::bytes,
     .doc = "at which a container is killed, instead of the service's own memory limit",
     .min = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<MemoryLeak>(fields.number("rate") / kMinute, fields.number("limit"));
}

}  // namespace

FaultKind memory_leak() {
  return {
      .name = "memory_leak",
      .summary = "the target's processes take ever more memory",
      .doc =
          "process_resident_memory_bytes of each process grows by `rate` a minute, evenly and in no "
          "two replicas to the same byte, until the container is at its "
          "memory limit: then it is OOMKilled and restarted, and the ramp begins again from the bottom, a sawtooth. "
          "Without a limit it grows for ever. predict_linear sees the limit coming long before. What was leaked stays "
          "when the fault ends, until a restart. Probes pass until the kill. Witness: memory, beside what requests in "
          "flight hold, that grew at half that rate at least, or containers killed for theirs.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .make = make,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
