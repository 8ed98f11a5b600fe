// A receiver of notifications answers with an error.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr int kUnavailable = 503;
constexpr FieldSpec kFields[] = {
    {.name = "receiver", .type = FieldType::text, .doc = "the receiver's name; without it all of them"},
    {.name = "status",
     .type = FieldType::integer,
     .doc = "what it answers, as HTTP has it",
     .default_text = "503",
     .min = 300,
     .max = 599},
};

class ReceiverError final : public Fault {
 public:
  ReceiverError(std::string receiver, int status) : receiver_(std::move(receiver)), status_(status) {}

  void apply_to_monitor(MonitorConditions& conditions, double /*strength*/) const override {
    conditions.receivers.push_back({.receiver = receiver_, .status = status_});
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view /*target*/) const override {
    if (!more_often(during.receiver_refusals, during.receiver_requests, before.receiver_refusals,
                    before.receiver_requests)) {
      return std::nullopt;
    }
    return unseen(before, during, {});
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view /*target*/) const override {
    return format("{:.0f} of {:.0f} requests to receivers were refused (before: {:.0f} of {:.0f})",
                  during.receiver_refusals, during.receiver_requests, before.receiver_refusals,
                  before.receiver_requests);
  }

 private:
  std::string receiver_;
  int status_;
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ReceiverError>(fields.text("receiver"),
                                         static_cast<int>(fields.integer("status", kUnavailable)));
}

constexpr LogForm kLines[] = {
    {LogCause::receiver_refused, events::LogLevel::error,
     "notification was not delivered: unexpected status code of the receiver"},
};

}  // namespace

FaultKind receiver_error() {
  return {
      .name = "receiver_error",
      .summary = "a receiver of notifications answers with an error",
      .doc =
          "What the Alertmanager asks of a receiver is answered with this status. After 5xx (and 429, where the kind "
          "of "
          "integration knows it) it tries again with a back-off of half a second that grows to a minute, until the "
          "group's next flush is due; that one begins anew, so that nothing is lost and all of it is late. After any "
          "other status it gives up until the next flush. Where a receiver has several integrations, all of them fail. "
          "Witness: requests that were refused; without a notification there is none.",
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
