// Consumers stop taking messages.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services::faults {
namespace {

class ConsumerStall final : public Fault {
 public:
  void apply_to_service(ServiceConditions& conditions, double strength) const override {
    conditions.consuming *= 1 - strength;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    constexpr double kLess = 0.8;
    constexpr double kGrown = 20;
    const double grown = during.backlog - before.backlog;
    if (grown < kGrown || during.consumed > kLess * during.published) return std::nullopt;
    return format("{:.0f} messages for {} wait (before: {:.0f}); {:.0f} came, {:.0f} were worked off", during.backlog,
                  target, before.backlog, during.published, during.consumed);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("{:.0f} messages for {} wait (before: {:.0f}); {:.0f} came, {:.0f} were worked off", during.backlog,
                  target, before.backlog, during.published, during.consumed);
  }
};

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<ConsumerStall>();
}

std::optional<Misfit> misfit(const ServiceSpec& service, const TargetSpec& /*target*/) {
  if (service.consumer) return std::nullopt;
  return Misfit{format("{} consumes no queue", service.name), "target a service with a `consumer` block"};
}

constexpr LogForm kLines[] = {
    {LogCause::lag, events::LogLevel::warn, "poll returned no messages, {waiting} wait, the oldest for {took}"},
    {LogCause::bad_answer, events::LogLevel::warn, "message for {peer} was not taken ({code}): its queue is full"},
};

}  // namespace

FaultKind consumer_stall() {
  return {
      .name = "consumer_stall",
      .summary = "consumers stop taking messages",
      .doc =
          "The target's consumers take no messages any more (with `probability` below 100 %, fewer), as after a lost "
          "partition assignment: what they work on they finish. The rate of messages worked off falls to 0, "
          "queue_messages grows as fast as messages come in, the age of the oldest by a second each second. The "
          "processes are alive: probes pass. Witness: messages that wait while none is worked off.",
      .fields = {},
      .per_request = false,
      .of_replicas = false,
      .aims = Aims(Aim::service),
      .lines = kLines,
      .make = make,
      .misfit = misfit,
  };
}

}  // namespace firedrill::fake_services::faults
