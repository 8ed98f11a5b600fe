// The target's processes take ever more memory.
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr double kMinute = 60;
// What requests in flight hold comes and goes, and so does some memory of any process.
constexpr double kNoise = 0.01;  // of all that it has

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
      return format("containers of {} were killed for their memory {} (before: 0)", target,
                    times_in_words(during.oom_kills));
    }
    const double more = grown(before, during);
    if (more < noise(before, during)) return std::nullopt;
    return format("{} holds {} of memory, {} more than {:.0f} s before", target, memory_size(during.memory_bytes),
                  memory_size(more), during.elapsed_s);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("the memory of {} grew by {}; up to {} come and go without a fault", target,
                  memory_size(std::max(0.0, grown(before, during))), memory_size(noise(before, during)));
  }

 private:
  // Beside what requests in flight hold.
  static double grown(const Observation& before, const Observation& during) {
    if (before.measured <= 0) return 0;
    return (during.memory_bytes - during.request_bytes) -
           of_as_many(before, during) * (before.memory_bytes - before.request_bytes);
  }
  static double noise(const Observation& before, const Observation& during) {
    const double scale = of_as_many(before, during);
    return std::max({scale * kNoise * before.memory_bytes, scale * before.request_bytes, during.request_bytes});
  }
  // What so many replicas had before, in that of as many as there are now.
  static double of_as_many(const Observation& before, const Observation& during) {
    return before.measured > 0 ? during.measured / before.measured : 1;
  }

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
          "when the fault ends, until a restart. Probes pass until the kill. Witness: memory that grew by more than a "
          "hundredth and by more than requests in flight hold, or containers killed for theirs.",
      .fields = kFields,
      .per_request = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .no_lines =
          "A process that is killed for its memory writes nothing more: its end is an event of the cluster, OOMKilled.",
      .make = make,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
