// The target's processes are restarted and do not come up.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/process_exit.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class StartupFailure final : public Fault {
 public:
  StartupFailure(bool exits, std::int32_t exit_code) : exits_(exits), exit_code_(exit_code) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    conditions.crashes += 1;  // those that run must start first
    conditions.exit_code = exits_ ? exit_code_ : 0;
    conditions.starts = false;
    conditions.exits_at_startup = conditions.exits_at_startup || exits_;
  }
  bool writes(const LogForm& line) const override { return exits_ == (line.cause == LogCause::exited); }
  bool over(const Observation& now) const override { return now.listening >= now.targeted; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    const bool fewer = during.endpoints < before.endpoints;
    const bool refused = stands_out(during.refused, during.attempts, before.refused, before.attempts);
    if (during.restarts < 1 || during.restarts <= before.restarts || (!fewer && !refused)) return std::nullopt;
    const std::string restarts = in_restarts(during);
    if (fewer) {
      return format("{:.0f} of {:.0f} replicas of {} are ready after {} (before: {:.0f})", during.endpoints,
                    during.replicas, target, restarts, before.endpoints);
    }
    return format("{:.0f} of {:.0f} connection attempts to {} were refused after {} (before: {:.0f})", during.refused,
                  during.attempts, target, restarts, before.refused);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("{:.0f} of {:.0f} replicas of {} are ready (before: {:.0f}) after {} {}", during.endpoints,
                  during.replicas, target, before.endpoints, in_restarts(during), since_its_start(during));
  }

 private:
  static std::string in_restarts(const Observation& during) {
    return format("{:.0f} restart{}", during.restarts, during.restarts == 1 ? "" : "s");
  }

  bool exits_;
  std::int32_t exit_code_;
};

constexpr std::string_view kFails[] = {"hangs", "exits"};
constexpr FieldSpec kFields[] = {
    {.name = "fails",
     .type = FieldType::text,
     .doc = "hangs: the process is there and never listens; exits: it ends when it should begin to listen",
     .default_text = "hangs",
     .choices = kFails},
    kExitCodeField,
    kSignalField,
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<StartupFailure>(fields.text("fails", "hangs") == "exits", exit_code_of(fields));
}

constexpr LogForm kLines[] = {
    {LogCause::started, events::LogLevel::info,
     "process started, version {version}; waits for a lock before it listens"},
    {LogCause::exited, events::LogLevel::fatal, "startup: the port was never bound, process ends"},
};

}  // namespace

FaultKind startup_failure() {
  return {
      .name = "startup_failure",
      .summary = "the target's processes are restarted and do not come up",
      .doc =
          "The replicas targeted are restarted, and their processes never listen. The startup probe fails until "
          "failureThreshold is reached, the kubelet kills the container, and the next one does no better, with "
          "back-off; "
          "without a startup probe the liveness probe does that, and without both the container runs on and refuses "
          "every connection: only a readiness probe keeps requests away from it then. The first sample after the "
          "restart "
          "does not come, `up` is 0. What they wait for is there when the fault has ended: "
          "processes that hang go on then, and those that start later, after their back-off, are well. It has "
          "recovered "
          "when all listen. Witness: replicas that "
          "are not ready after a restart, or refused connections.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aims(Aim::service) | Aim::zone,
      .lines = kLines,
      .make = make,
      .check = one_end,
      .misfit = needs_pods,
  };
}

}  // namespace firedrill::fake_services::faults
