// The target answers its scrapes too slowly.
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"

namespace firedrill::fake_services::faults {
namespace {

class ScrapeTimeout final : public Fault {
 public:
  explicit ScrapeTimeout(double delay_s) : delay_s_(delay_s) {}

  void apply_to_scrape(ScrapeConditions& conditions, double strength) const override {
    conditions.hanging = 1 - (1 - conditions.hanging) * (1 - strength);
    conditions.hang_s = std::max(conditions.hang_s, delay_s_);
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.scrapes_timed_out, during.scrapes, before.scrapes_timed_out, before.scrapes)) {
      return std::nullopt;
    }
    return format("{:.0f} of {:.0f} scrapes of {} ran into their time-out (before: {:.0f} of {:.0f})",
                  during.scrapes_timed_out, during.scrapes, target, before.scrapes_timed_out, before.scrapes);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    return format("{:.0f} of {:.0f} scrapes of {} ran into their time-out (before: {:.0f} of {:.0f})",
                  during.scrapes_timed_out, during.scrapes, target, before.scrapes_timed_out, before.scrapes);
  }

 private:
  double delay_s_;
};

constexpr double kNever = 3600;  // beyond any scrape time-out

constexpr FieldSpec kFields[] = {
    {.name = "delay",
     .type = FieldType::duration,
     .doc = "how much longer the response to a scrape takes; without it, it never comes",
     .min = 0.001},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<ScrapeTimeout>(fields.has("delay") ? to_seconds(fields.duration("delay")) : kNever);
}

constexpr LogForm kLines[] = {
    {LogCause::scrape_failed, events::LogLevel::warn, "scrape of {peer} failed: {pod}: context deadline exceeded"},
};

}  // namespace

FaultKind scrape_timeout() {
  return {
      .name = "scrape_timeout",
      .summary = "scrapes of the target are answered too late",
      .doc =
          "The target serves its requests as ever, but its metrics page takes `delay` longer, or for ever. Where "
          "that is beyond the scrape time-out the scrape has failed: `up` is 0, scrape_duration_seconds stands at "
          "the time-out, and all series of the target end. Rules over them fall silent; `up == 0` fires. With a "
          "`probability`, only that share of the scrapes is hit. Probes see nothing. Witness: scrapes that ran "
          "into their time-out.",
      .fields = kFields,
      .per_request = false,
      .aims = kScraped,
      .telemetry = true,
      .lines = kLines,
      .make = make,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
