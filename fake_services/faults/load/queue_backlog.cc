// Messages come faster than they are worked off.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr double kBeyondDrift = 1.2;

class QueueBacklog final : public Fault {
 public:
  explicit QueueBacklog(double rate) : rate_(rate) {}

  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    conditions.foreign_messages += rate_ * strength;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!rate_rose(during.published, during.seconds, before.published, before.seconds, kBeyondDrift)) {
      return std::nullopt;
    }
    return format("{:.1f} messages per second were sent to {} (before: {:.1f}), {:.0f} wait",
                  during.published / during.seconds, target, before.seconds > 0 ? before.published / before.seconds : 0,
                  during.backlog);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (during.seconds <= 0 || before.seconds <= 0) return format("no message to {} was counted", target);
    return format("{:.1f} messages per second were sent to {} (before: {:.1f}); a rise counts from {:.1f} on",
                  during.published / during.seconds, target, before.published / before.seconds,
                  least_of_risen_rate(during.seconds, before.published, before.seconds, kBeyondDrift) / during.seconds);
  }

 private:
  double rate_;
};

constexpr FieldSpec kFields[] = {
    {.name = "rate",
     .type = FieldType::number,
     .required = true,
     .doc = "messages per second put into the queue besides the producers'",
     .min = 0.001,
     .max = 1e7},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<QueueBacklog>(fields.number("rate", 100));
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (service.consumer) return std::nullopt;
  return Misfit{format("{} consumes no queue", service.name), "target a service with a `consumer` block"};
}

constexpr LogForm kLines[] = {
    {LogCause::lag, events::LogLevel::warn,
     "{waiting} messages wait, the oldest for {took}: more come than are worked off"},
    {LogCause::bad_answer, events::LogLevel::warn, "message for {peer} was not taken ({code}): its queue is full"},
};

}  // namespace

FaultKind queue_backlog() {
  return {
      .name = "queue_backlog",
      .summary = "somebody fills the target's queue",
      .doc =
          "Messages are put into the queue that the target consumes, `rate` a second beside those of its producers: a "
          "replay, a batch job. Where they are more than the consumers can do, queue_messages and the age of the "
          "oldest "
          "grow, and fall slowly afterwards; the consumers write of it, producers notice nothing until the queue is "
          "full. Probes pass. Witness: "
          "the "
          "rate of messages that are put in.",
      .fields = kFields,
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .loads_callees = true,  // consumers that have more to work off ask more of those whom they call
      .lines = kLines,
      .make = make,
      .misfit = misfit,
  };
}

}  // namespace firedrill::fake_services::faults
