// A receiver of notifications answers late.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr FieldSpec kFields[] = {
    {.name = "receiver", .type = FieldType::text, .doc = "the receiver's name; without it all of them"},
    {.name = "delay",
     .type = FieldType::duration,
     .required = true,
     .doc = "how much longer its answers take",
     .min = 0.1,
     .max = 86400},
};

class ReceiverSlow final : public Fault {
 public:
  ReceiverSlow(std::string receiver, Duration delay) : receiver_(std::move(receiver)), delay_(delay) {}

  void apply_to_monitor(MonitorConditions& conditions, double /*strength*/) const override {
    conditions.receivers.push_back({.receiver = receiver_, .delay = delay_});
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view /*target*/) const override {
    if (!more_often(during.receiver_s, during.receiver_requests, before.receiver_s, before.receiver_requests)) {
      return std::nullopt;
    }
    return unseen(before, during, {});
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view /*target*/) const override {
    // What is under way has no answer yet that could be late.
    if (during.receiver_requests <= 0) {
      return format("no request to a receiver was answered or given up {}", since_its_start(during));
    }
    return format("{:.0f} request{} to receivers took {:.1f} s, {:.0f} of them given up (before: {:.0f} in {:.1f} s)",
                  during.receiver_requests, during.receiver_requests == 1 ? "" : "s", during.receiver_s,
                  during.receiver_timeouts, before.receiver_requests, before.receiver_s);
  }

 private:
  std::string receiver_;
  Duration delay_;
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ReceiverSlow>(fields.text("receiver"), fields.duration("delay"));
}

constexpr LogForm kLines[] = {
    {LogCause::receiver_timeout, events::LogLevel::error,
     "notification was not delivered: the receiver gave no answer in time: context deadline exceeded"},
};

}  // namespace

FaultKind receiver_slow() {
  return {
      .name = "receiver_slow",
      .summary = "a receiver of notifications answers late",
      .doc =
          "A receiver takes so much longer for each answer. It is told by then, and the Alertmanager waits: as long as "
          "the integration's own time-out or the flush lasts (group_interval, at least ten seconds), then it gives up "
          "and tries again, so that a receiver which took the first request is told twice. Until a flush has ended its "
          "group's next one waits. Witness: the time that requests to receivers took; without a notification there is "
          "none.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aim::monitor,
      .alertmanager = true,
      .telemetry = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
