// The target's processes end again and again, a while after each start.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/process_exit.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class CrashLoop final : public Fault {
 public:
  CrashLoop(std::int32_t exit_code, double after) : exit_code_(exit_code), after_(after) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    conditions.crashed = true;
    conditions.exit_code = exit_code_;
    conditions.crash_after_s = after_;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    // Each of them ended when it began; one that was restarted has to end as well.
    if (during.exits <= during.targeted) return std::nullopt;
    // One exit is a crash, two in a row are a loop.
    const bool again = during.exits > during.restarts || during.exits >= 2;
    if (during.restarts < 1 || !again || !ends_rose(during.exits, during.seconds, before.exits, before.seconds)) {
      return std::nullopt;
    }
    return format("containers of {} ended {} and were restarted {} (before: {:.0f})", target,
                  times_in_words(during.exits), times_in_words(during.restarts), before.exits);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return ends_unchanged(before, during, target) + ": it is a loop once one that was restarted ends again";
  }

 private:
  std::int32_t exit_code_;
  double after_;
};

constexpr FieldSpec kFields[] = {
    kExitCodeField,
    kSignalField,
    {.name = "after",
     .type = FieldType::duration,
     .doc = "how long each process runs before it ends",
     .default_text = "2s",
     .min = 0},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<CrashLoop>(exit_code_of(fields),
                                     to_seconds(fields.duration("after", std::chrono::seconds(2))));
}

constexpr LogForm kLines[] = {
    {LogCause::exited, events::LogLevel::fatal,
     "initialisation failed: a required resource is not there, process ends"},
};

}  // namespace

FaultKind crash_loop() {
  return {
      .name = "crash_loop",
      .summary = "the target's processes end again and again, a while after each start",
      .doc =
          "While it lasts, each process of the target ends `after` its start. The kubelet restarts it at once the "
          "first "
          "time, then after 10, 20, 40 s … up to 5 minutes (CrashLoopBackOff), and forgets that after 10 minutes: "
          "restarts rise in a sawtooth, kube_pod_container_status_waiting_reason says CrashLoopBackOff, counters begin "
          "anew each time, `up` flaps. A process that ends before it is up never takes a request; one that is up for a "
          "while fails what it holds when it ends. The survivors take the load. Its probes fail while it is down. "
          "Witness: containers that ended after having been restarted.",
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
