// The Alertmanager is down, and comes back with its data or without.
#include <array>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr std::array<std::string_view, 2> kData = {"kept", "lost"};
constexpr FieldSpec kFields[] = {
    {.name = "data",
     .type = FieldType::text,
     .doc = "whether its notification log and its silences are there again when it is back",
     .default_text = "kept",
     .choices = kData},
};

class AlertmanagerDown final : public Fault {
 public:
  explicit AlertmanagerDown(bool loses_data) : loses_data_(loses_data) {}

  void apply_to_monitor(MonitorConditions& conditions, double /*strength*/) const override {
    conditions.alertmanager_down = true;
    conditions.alertmanager_loses_data = conditions.alertmanager_loses_data || loses_data_;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view /*target*/) const override {
    if (!more_often(during.notifications_lost, during.notifications, before.notifications_lost, before.notifications)) {
      return std::nullopt;
    }
    return unseen(before, during, {});
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view /*target*/) const override {
    return format("{:.0f} of {:.0f} sends to the Alertmanager failed (before: {:.0f} of {:.0f})",
                  during.notifications_lost, during.notifications, before.notifications_lost, before.notifications);
  }

 private:
  bool loses_data_;
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<AlertmanagerDown>(fields.text("data") == "lost");
}

constexpr LogForm kLines[] = {
    {LogCause::send_failed, events::LogLevel::error,
     "alerts were not sent: Post http://alertmanager:9093/api/v2/alerts: connect: connection refused"},
};

}  // namespace

FaultKind alertmanager_down() {
  return {
      .name = "alertmanager_down",
      .summary = "the Alertmanager is down",
      .doc =
          "The Alertmanager stops: what the monitor sends fails and is not kept for later, groups are not flushed, and "
          "a "
          "notification under way is cut off. When it is back it knows no alert until the monitor sends it again, so "
          "that groups begin anew with their group_wait, and what inhibits may come after what it inhibits. With "
          "`data: kept` its notification log and its silences are there: what a receiver was told before is not said "
          "again, and of an alert that ended more than a quarter of an hour before (so long the monitor sends that it "
          "is "
          "over) nobody is told the end. With `data: lost` (no volume) what still fires is told a second time, no "
          "receiver is told what ended meanwhile, and what was silenced pages people. Witness: sends that failed; "
          "without any alert that fires there is none.",
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
