// Connections to the target are reset.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class Reset final : public Fault {
 public:
  Reset(bool answered, bool scrapes) : answered_(answered), scrapes_(scrapes) {}

  void apply_to_requests(RequestConditions& conditions, double strength) const override {
    if (answered_) {
      conditions.cut = 1 - (1 - conditions.cut) * (1 - strength);
    } else {
      conditions.fail_connects(ConnectFailure::reset, strength);
    }
  }
  void apply_to_replica(ReplicaConditions& conditions, double strength) const override {
    if (scrapes_) conditions.scrapes_refused = 1 - (1 - conditions.scrapes_refused) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!stands_out(during.reset, during.attempts, before.reset, before.attempts, during.first)) return std::nullopt;
    return format("{:.0f} of {:.0f} connections to {} were reset (before: {:.0f} of {:.0f})", during.reset,
                  during.attempts, target, before.reset, before.attempts);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return attempts_unchanged(during.reset, during, before.reset, before,
                              format("connections to {} were reset", target));
  }

 private:
  bool answered_;
  bool scrapes_;
};

constexpr FieldSpec kFields[] = {
    {.name = "after_bytes",
     .type = FieldType::bytes,
     .doc = "of the response that get through, less than a response has; 0: the reset comes before any work is done",
     .default_text = "0",
     .min = 0,
     .max = 1024.0 * 1024},
    {.name = "scrapes",
     .type = FieldType::boolean,
     .doc = "whether the port that is scraped resets too, so that `up` is 0",
     .default_text = "true"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<Reset>(fields.number("after_bytes") > 0, fields.boolean("scrapes", true));
}

constexpr LogForm kLines[] = {
    {LogCause::reset, events::LogLevel::error,
     "call to {peer} failed: read tcp {peer}:{port}: connection reset by peer"},
    {LogCause::reset, events::LogLevel::error,
     "call to {peer} failed: unexpected end of the response, connection reset by peer"},
};

}  // namespace

FaultKind reset() {
  return {
      .name = "reset",
      .summary = "connections to the target are reset",
      .doc =
          "Connections come about and are then reset: before the request is worked on, or with `after_bytes` in the "
          "middle of the response, when the work is done and the target counts a success. Callers count resets, retry "
          "them, and answer 503 when the call is critical. `up` is 0 unless `scrapes` is false. Probes fail at once; "
          "of "
          "a response cut off the kubelet has seen the status already. Witness: the connections that callers saw "
          "reset.",
      .fields = kFields,
      .per_request = false,
      .per_connection = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
