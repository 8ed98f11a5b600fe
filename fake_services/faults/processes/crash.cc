// The target's processes end, once.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/processes/process_exit.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Crash final : public Fault {
 public:
  explicit Crash(std::int32_t exit_code) : exit_code_(exit_code) {}

  void apply_to_pod(PodConditions& conditions, double /*strength*/) const override {
    conditions.crashes += 1;
    conditions.exit_code = exit_code_;
  }
  bool momentary() const override { return true; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!ends_rose(during.exits, during.seconds, before.exits, before.seconds)) return std::nullopt;
    return format("{} (before: {:.0f})", ends_and_restarts(during, target), before.exits);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return ends_unchanged(before, during, target);
  }

 private:
  std::int32_t exit_code_;
};

constexpr FieldSpec kFields[] = {kExitCodeField, kSignalField};

std::optional<FieldProblem> check(const Fields& fields) {
  if (fields.has("duration")) {
    return FieldProblem{"duration", "a crash is over at once", "remove it; a crash_loop goes on"};
  }
  return one_end(fields);
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Crash>(exit_code_of(fields));
}

constexpr LogForm kLines[] = {
    {LogCause::exited, events::LogLevel::fatal, "panic: invalid memory address, the stack of the thread follows"},
    {LogCause::exited, events::LogLevel::fatal, "terminate called after an exception that nobody caught"},
};

}  // namespace

FaultKind crash() {
  return {
      .name = "crash",
      .summary = "the target's processes end, once",
      .doc =
          "Each replica targeted exits at once, with `exit_code` or by a `signal`, and that is all: it takes no "
          "duration. Its requests in flight are gone, its "
          "counters begin anew, `up` is 0 until it listens again; its kubelet restarts it, and the restart shows in "
          "kube_pod_container_status_restarts_total and the last terminated reason (Error). The others take its load. "
          "Its probes fail while it is down. Witness: containers that ended.",
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
