// Packets to the target vanish.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Blackhole final : public Fault {
 public:
  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    conditions.fail_connects(ConnectFailure::dropped, strength);
  }
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    conditions.scrapes_silent = 1 - (1 - conditions.scrapes_silent) * (1 - strength);
  }
  bool shows_in_timeouts() const override { return true; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.timed_out, during.attempts, before.timed_out, before.attempts, during.first))
      return std::nullopt;
    return format("{:.0f} of {:.0f} attempts to reach {} timed out (before: {:.0f} of {:.0f})", during.timed_out,
                  during.attempts, target, before.timed_out, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return attempts_unchanged(during.timed_out, during, before.timed_out, before,
                              format("attempts to reach {} timed out", target));
  }
};

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<Blackhole>();
}

constexpr LogForm kLines[] = {
    {LogCause::timeout, events::LogLevel::error, "call to {peer} failed: dial tcp {peer}:{port}: i/o timeout"},
    {LogCause::scrape_failed, events::LogLevel::warn, "scrape of {peer} failed: dial tcp {pod}: i/o timeout"},
};

}  // namespace

FaultKind blackhole() {
  return {
      .name = "blackhole",
      .summary = "packets to the target vanish",
      .doc =
          "Nothing that is sent to the target is answered, not even with a reset: callers wait out their "
          "connect_timeout, and answer 504 when the call is critical. The request rate of the target falls to 0, its "
          "callers' requests in flight climb; scrapes time out and `up` is 0. All its probes time out. Witness: the "
          "attempts of callers that timed out.",
      .fields = {},
      .per_request = false,
      .per_connection = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
