// What the monitor sends to its Alertmanager does not arrive.
#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"

namespace firedrill::fake_services::faults {
namespace {

class NotifyDrop final : public Fault {
 public:
  void apply_to_monitor(MonitorConditions& conditions, double strength) const override {
    conditions.notifications_dropped = 1 - (1 - conditions.notifications_dropped) * (1 - strength);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view /*target*/) const override {
    if (!more_often(during.notifications_lost, during.notifications, before.notifications_lost, before.notifications)) {
      return std::nullopt;
    }
    return format("{:.0f} of {:.0f} sends to the Alertmanager failed (before: {:.0f} of {:.0f})",
                  during.notifications_lost, during.notifications, before.notifications_lost, before.notifications);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view /*target*/) const override {
    return format("{:.0f} of {:.0f} sends to the Alertmanager failed (before: {:.0f} of {:.0f})",
                  during.notifications_lost, during.notifications, before.notifications_lost, before.notifications);
  }
};

std::shared_ptr<const Fault> make(const Fields& /*fields*/) {
  return std::make_shared<NotifyDrop>();
}

constexpr LogForm kLines[] = {
    {LogCause::send_failed, events::LogLevel::error,
     "alerts were not sent: Post http://alertmanager:9093/api/v2/alerts: context deadline exceeded"},
};

}  // namespace

FaultKind notify_drop() {
  return {
      .name = "notify_drop",
      .summary = "what the monitor sends to its Alertmanager does not arrive",
      .doc =
          "Sends from the monitor to its Alertmanager fail (with a `probability`: that share of them), and are "
          "not tried again: an alert is only sent anew after the resend delay of a minute. Rules are evaluated, "
          "ALERTS is there, dashboards are red, and nobody is told. What fired before the fault expires at the "
          "Alertmanager after four resend delays or intervals, which looks like a resolution; a resolution that "
          "is lost is noticed as late. An alert that is to arrive always (a dead man's switch outside) is the "
          "remedy. Scrapes and probes see nothing. Witness: sends that failed; without any alert that fires there "
          "is none.",
      .fields = {},
      .per_request = false,
      .aims = Aim::monitor,
      .telemetry = true,
      .lines = kLines,
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
