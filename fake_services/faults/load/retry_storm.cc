// Clients send the same again and again.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class RetryStorm final : public Fault {
 public:
  explicit RetryStorm(double attempts) : attempts_(attempts) {}

  void apply_to_dependency(DependencyConditions& conditions, double strength) const override {
    conditions.extra_attempts += (attempts_ - 1) * strength;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    const double now = during.calls + during.retries;
    const double then = before.calls + before.retries;
    if (!stands_out(during.retries, now, before.retries, then)) return std::nullopt;
    return format("{:.0f} of {:.0f} requests that {} sent were repetitions (before: {:.0f} of {:.0f})", during.retries,
                  now, target, before.retries, then);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    const double now = during.calls + during.retries;
    const double then = before.calls + before.retries;
    if (now <= 0) return format("{} sent nothing {}", target, since_its_start(during));
    return format("{:.0f} of {:.0f} requests that {} sent were repetitions (before: {:.0f} of {:.0f}) {}; {}",
                  during.retries, now, target, before.retries, then, since_its_start(during),
                  count_bound(now, before.retries, then));
  }

 private:
  double attempts_;
};

constexpr FieldSpec kFields[] = {
    {.name = "attempts",
     .type = FieldType::number,
     .doc = "how often each request is sent altogether",
     .default_text = "4",
     .min = 1.01,
     .max = 50},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<RetryStorm>(fields.number("attempts", 4));
}

constexpr LogForm kLines[] = {
    {LogCause::repeated, events::LogLevel::warn, "call to {peer} is sent again while the one before it is under way"},
};

}  // namespace

FaultKind retry_storm() {
  return {
      .name = "retry_storm",
      .summary = "the target sends its requests again without need",
      .doc =
          "A client's retry policy has gone wrong: the target sends each request to the dependency that it names (or "
          "to "
          "each of them) `attempts` times, without waiting, back-off or budget. The rate downstream multiplies. "
          "Whether "
          "that is all depends on the callee: if it is overloaded, ordinary retries of what fails keep the storm alive "
          "after the fault has ended, until a retry budget, a circuit breaker or less traffic breaks it. Probes of the "
          "overloaded callee time out or are answered 503, and readiness cascades. Witness: the attempts after the "
          "first.",
      .fields = kFields,
      .per_request = false,
      .loads_callees = true,
      .lines = kLines,
      .make = make,
      .misfit = needs_dependencies,
  };
}

}  // namespace firedrill::fake_services::faults
