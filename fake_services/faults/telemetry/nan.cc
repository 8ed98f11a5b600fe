// Values of the target become NaN.
#include <string>
#include <utility>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"

namespace firedrill::fake_services::faults {
namespace {

class NotANumber final : public Fault {
 public:
  explicit NotANumber(std::string metric) : metric_(std::move(metric)) {}

  void apply_to_scrape(ScrapeConditions& conditions, double strength) const override {
    conditions.nan.push_back({metric_, strength});
  }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.samples_nan, during.samples, before.samples_nan, before.samples)) return std::nullopt;
    return format("{:.0f} of {:.0f} samples of {} were NaN (before: {:.0f} of {:.0f})", during.samples_nan,
                  during.samples, target, before.samples_nan, before.samples);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (std::string none = not_scraped_yet(during, target); !none.empty()) return none;
    if (during.samples_named <= 0) return names_nothing(during, metric_, target);
    return format("{:.0f} of {:.0f} samples of {} were NaN (before: {:.0f} of {:.0f})", during.samples_nan,
                  during.samples, target, before.samples_nan, before.samples);
  }

 private:
  std::string metric_;
};

constexpr FieldSpec kFields[] = {
    {.name = "metric",
     .type = FieldType::text,
     .doc = "name of the metric; a trailing * stands for any rest; without it, all metrics"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<NotANumber>(fields.text("metric"));
}

}  // namespace

FaultKind nan() {
  return {
      .name = "nan",
      .summary = "values that the target exposes are NaN",
      .doc =
          "A metric of the target, or each of them, is exposed as NaN, as by an exporter that divides by zero. "
          "The series are there and `up` is 1, but every comparison with NaN is false, and every sum, average or "
          "rate that meets one is NaN itself: alerts go silent, and absent() does not notice. With a "
          "`probability`, that share of the scrapes is hit. Probes see nothing. Witness: stored samples that are "
          "NaN.",
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
