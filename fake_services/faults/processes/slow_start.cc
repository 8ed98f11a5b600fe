// The target's processes are restarted and take long to come up.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class SlowStart final : public Fault {
 public:
  SlowStart(double factor, double delay) : factor_(factor), delay_(delay) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    conditions.crashes += 1;  // a start is what is slow
    conditions.exit_code = 0;
    conditions.startup_factor *= factor_;
    conditions.startup_delay_s += delay_;
  }
  // Right after a restart any replica is down; only one that still is when others would listen starts slowly.
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (during.restarts <= before.restarts || during.starting_late <= before.starting_late) return std::nullopt;
    return format(
        "{:.0f} of {:.0f} replicas of {} were restarted and do not listen when they usually do; {:.0f} of {:.0f} are "
        "ready (before: {:.0f})",
        during.starting_late, during.targeted, target, during.endpoints, during.replicas, before.endpoints);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("{:.0f} of {:.0f} replicas of {} are ready (before: {:.0f}) after {:.0f} restart{} {}",
                  during.endpoints, during.replicas, target, before.endpoints, during.restarts,
                  during.restarts == 1 ? "" : "s", since_its_start(during));
  }

 private:
  double factor_;
  double delay_;
};

constexpr FieldSpec kFields[] = {
    {.name = "factor",
     .type = FieldType::number,
     .doc = "by which the service's `startup` is multiplied",
     .default_text = "1",
     .min = 1,
     .max = 10000},
    {.name = "delay", .type = FieldType::duration, .doc = "that starting takes longer", .default_text = "2m", .min = 0},
};

std::optional<FieldProblem> check(const Fields& fields) {
  if (!fields.has("delay") || fields.duration("delay") > Duration(0) || fields.number("factor", 1) > 1) {
    return std::nullopt;
  }
  return FieldProblem{"delay", "a start that takes no longer is not slow", "give a delay, or a factor above 1"};
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  const Duration delay = fields.has("factor") ? Duration(0) : Duration(std::chrono::minutes(2));
  return std::make_shared<SlowStart>(fields.number("factor", 1), to_seconds(fields.duration("delay", delay)));
}

constexpr LogForm kLines[] = {
    {LogCause::started, events::LogLevel::info, "process started, version {version}; loading before it listens"},
};

}  // namespace

FaultKind slow_start() {
  return {
      .name = "slow_start",
      .summary = "the target's processes are restarted and take long to come up",
      .doc =
          "The replicas targeted are restarted, and each start takes `factor` times as long and `delay` longer (2m "
          "where "
          "neither is given), as with a cold cache or a long migration. Until then nothing listens: `up` is 0 and the "
          "first sample comes late. Without a startup probe that waits long enough, the liveness probe kills the "
          "process "
          "before it is up, again and again: the slow start becomes a crash loop that only the end of the fault heals. "
          "Witness: restarted replicas that do not listen when they should have since `startup`.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
      .check = check,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
