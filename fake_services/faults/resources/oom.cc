// The target's containers have too little memory.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/process_exit.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Oom final : public Fault {
 public:
  explicit Oom(double limit) : limit_(limit) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    const bool tighter = conditions.memory_limit <= 0 || limit_ < conditions.memory_limit;
    if (tighter) conditions.memory_limit = limit_;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!ends_rose(during.oom_kills, during.seconds, before.oom_kills, before.seconds)) return std::nullopt;
    return format("containers of {} were killed for their memory {} (before: {:.0f})", target,
                  times_in_words(during.oom_kills), before.oom_kills);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("containers of {} were killed for their memory {} (before: {:.0f}); together they hold {}", target,
                  times_in_words(during.oom_kills), before.oom_kills, memory_size(during.memory_bytes));
  }

 private:
  double limit_;
};

constexpr FieldSpec kFields[] = {
    {.name = "limit",
     .type = FieldType::bytes,
     .required = true,
     .doc = "of each container's memory: where it has more, it is killed",
     .min = 1},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Oom>(fields.number("limit"));
}

}  // namespace

FaultKind oom() {
  return {
      .name = "oom",
      .summary = "the target's containers have too little memory",
      .doc =
          "The memory limit of the target's containers is `limit`: one that has more is killed by the kernel, exit "
          "code "
          "137, reason OOMKilled, and restarted with back-off. Below what an idle process needs, none survives; above "
          "it, the load decides: a replica that takes over another's requests holds more of them at once and follows "
          "it. Its probes fail while it is down. Witness: containers killed for their memory.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .no_lines =
          "A process that is killed for its memory writes nothing more: its end is an event of the cluster, OOMKilled.",
      .make = make,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
