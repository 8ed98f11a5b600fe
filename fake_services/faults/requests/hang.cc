// Requests are taken in and never answered.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Hang final : public Fault {
 public:
  explicit Hang(bool scrapes) : scrapes_(scrapes) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.silent = 1 - (1 - conditions.silent) * (1 - strength);
  }
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    if (scrapes_) conditions.scrapes_silent = 1 - (1 - conditions.scrapes_silent) * (1 - strength);
  }
  bool shows_in_timeouts() const override { return true; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.timed_out, during.attempts, before.timed_out, before.attempts, during.first))
      return std::nullopt;
    return format("{:.0f} of {:.0f} requests to {} got no response in time (before: {:.0f} of {:.0f})",
                  during.timed_out, during.attempts, target, before.timed_out, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return attempts_unchanged(during.timed_out, during, before.timed_out, before,
                              format("requests to {} got no response in time", target));
  }

 private:
  bool scrapes_;
};

constexpr FieldSpec kFields[] = {
    {.name = "scrapes",
     .type = FieldType::boolean,
     .doc = "whether scrapes hang too, so that `up` is 0 after their time-out",
     .default_text = "false"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Hang>(fields.boolean("scrapes", false));
}

constexpr LogForm kLines[] = {
    {LogCause::timeout, events::LogLevel::error,
     "call to {peer} failed: connected and sent, no response within {timeout}: context deadline exceeded"},
};

}  // namespace

FaultKind hang() {
  return {
      .name = "hang",
      .summary = "requests are taken in and never answered",
      .doc =
          "The target accepts requests and never answers them, as a process does that waits for a lock it will not "
          "get: "
          "each keeps its worker until the process ends or the fault does. The rate of responses falls to 0, requests "
          "in "
          "flight climb to what the target can hold, callers run into their time-outs and answer 504. HTTP and gRPC "
          "probes time out; a liveness probe restarts the container, which hangs again; a TCP probe sees nothing. "
          "Witness: the requests that callers gave up on.",
      .fields = kFields,
      .per_request = true,
      .per_connection = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
