// Connections to the target are refused at once, as by a host on which nothing listens.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class ConnectionRefused final : public Fault {
 public:
  explicit ConnectionRefused(bool scrapes) : scrapes_(scrapes) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override { conditions.refuse(strength); }
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    if (scrapes_) conditions.scrapes_refused = 1 - (1 - conditions.scrapes_refused) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.refused, during.attempts, before.refused, before.attempts, during.first))
      return std::nullopt;
    return format("{:.0f} of {:.0f} connection attempts to {} were refused (before: {:.0f} of {:.0f})", during.refused,
                  during.attempts, target, before.refused, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return attempts_unchanged(during.refused, during, before.refused, before,
                              format("connection attempts to {} were refused", target));
  }

 private:
  bool scrapes_;
};

constexpr FieldSpec kFields[] = {
    {.name = "scrapes",
     .type = FieldType::boolean,
     .doc = "whether the port that is scraped refuses too, so that `up` is 0",
     .default_text = "true"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ConnectionRefused>(fields.boolean("scrapes", true));
}

constexpr LogForm kLines[] = {
    {LogCause::refused, events::LogLevel::error,
     "call to {peer} failed: dial tcp {peer}:{port}: connect: connection refused"},
    {LogCause::refused, events::LogLevel::error,
     "no connection to {peer}:{port}: connection refused (errno 111), nothing listens there"},
    {LogCause::scrape_failed, events::LogLevel::warn,
     "scrape of {peer} failed: dial tcp {pod}: connect: connection refused"},
};

}  // namespace

FaultKind connection_refused() {
  return {
      .name = "connection_refused",
      .summary = "connections to the target are refused at once",
      .doc =
          "Nothing listens at the target: every attempt to connect is answered with a reset, at once. Callers see "
          "failed attempts without waiting, retry them if they do, and answer 503 themselves when the call is "
          "critical. "
          "Requests already being worked on end normally. The target's own request counters stand still; `up` is 0 "
          "unless `scrapes` is false; its probes fail at once. Witness: the share of connection attempts to the "
          "target that callers saw refused.",
      .fields = kFields,
      .per_request = false,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
