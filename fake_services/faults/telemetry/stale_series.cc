// A metric is no longer exposed.
#include <string>
#include <utility>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class StaleSeries final : public Fault {
 public:
  explicit StaleSeries(std::string metric) : metric_(std::move(metric)) {}

  void apply_to_scrape(ScrapeConditions& conditions, double strength) const override {
    conditions.hidden.push_back({metric_, strength});
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.series_ended, during.scrapes, before.series_ended, before.scrapes)) return std::nullopt;
    return format("{:.0f} series of {} ended while it was up (before: {:.0f} in {:.0f} scrapes)", during.series_ended,
                  target, before.series_ended, before.scrapes);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (std::string none = not_scraped_yet(during, target); !none.empty()) return none;
    if (during.samples_named <= 0) return names_nothing(during, metric_, target);
    return format("{:.0f} series of {} ended while it was up (before: {:.0f}) {}", during.series_ended, target,
                  before.series_ended, since_its_start(during));
  }

 private:
  std::string metric_;
};

constexpr FieldSpec kFields[] = {
    {.name = "metric", .type = FieldType::text, .required = true, .doc = "its name; a trailing * stands for any rest"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<StaleSeries>(fields.text("metric"));
}

}  // namespace

FaultKind stale_series() {
  return {
      .name = "stale_series",
      .summary = "a metric of the target is no longer exposed",
      .doc =
          "The target is up and well, but one of its metrics is gone from its page, as after a renamed metric or "
          "a collector that gave up: its series get stale markers at the next scrape, and every rule that reads "
          "them is blind. `up` is 1, comparisons give nothing instead of false; only absent() notices. Probes see "
          "nothing. Witness: series that ended while the target was up and its process lived on.",
      .fields = kFields,
      .per_request = false,
      .aims = kScraped,
      .telemetry = true,
      .no_lines = "Prometheus stores what it is given, and writes nothing of it.",
      .make = make,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
