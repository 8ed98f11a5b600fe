// The monitor as a whole is down.
#include <array>

#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

constexpr std::array<std::string_view, 2> kReplicas = {"all", "first"};
constexpr FieldSpec kFields[] = {
    {.name = "replicas",
     .type = FieldType::text,
     .doc = "of two monitors that watch the same: both, or the first alone",
     .default_text = "all",
     .choices = kReplicas},
};

class MonitorDown final : public Fault {
 public:
  explicit MonitorDown(bool first_alone) : first_alone_(first_alone) {}

  void apply_to_monitor(MonitorConditions& conditions, double /*strength*/) const override {
    (first_alone_ ? conditions.first_down : conditions.down) = true;
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view /*target*/) const override {
    const double missed = during.scrapes_missed + during.evaluations_missed;
    if (during.evaluations > 0 || missed <= before.scrapes_missed + before.evaluations_missed) return std::nullopt;
    return format("{:.0f} scrape{} and {:.0f} iteration{} of rule groups that were due did not take place",
                  during.scrapes_missed, during.scrapes_missed == 1 ? "" : "s", during.evaluations_missed,
                  during.evaluations_missed == 1 ? "" : "s");
  }
  std::string unseen(const Observation& /*before*/, const Observation& during,
                     std::string_view /*target*/) const override {
    if (during.evaluations > 0) {
      return format("{:.0f} iteration{} of rule groups took place {}", during.evaluations,
                    during.evaluations == 1 ? "" : "s", since_its_start(during));
    }
    return format("no scrape and no iteration of a rule group was due {}", since_its_start(during));
  }

 private:
  bool first_alone_;
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<MonitorDown>(fields.text("replicas") == "first");
}

}  // namespace

FaultKind monitor_down() {
  return {
      .name = "monitor_down",
      .summary = "the monitor is down: no scrapes, no rules, no notifications",
      .doc =
          "The whole monitor stops: nothing is scraped or evaluated or sent, and all series have a gap without a "
          "stale marker. Alerts that fired are no longer sent and expire at the Alertmanager four resend delays "
          "or intervals after the last send: false resolutions. When it is back, it knows no alert: each begins "
          "as pending, and after the second iteration of its group `for` is taken up from ALERTS_FOR_STATE, if "
          "the outage was no longer than an hour and `for` is ten minutes or more (the time that it was down does "
          "not count, and at least ten minutes are left to wait). rate() over the gap interpolates. Probes see "
          "nothing. Of two replicas that send the same alerts (`prometheus: {replicas: 2}`) with `replicas: first` the "
          "other one goes on, and no alert expires. Witness: scrapes and iterations that were due and did not take "
          "place.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = Aim::monitor,
      .telemetry = true,
      .no_lines = "What is down writes nothing.",
      .make = make,
  };
}

}  // namespace firedrill::fake_services::faults
