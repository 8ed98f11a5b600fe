// A label of the target's series has another value every so often.
#include <cstdint>
#include <string>
#include <utility>

#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"
#include "model/labels.h"

namespace firedrill::fake_services::faults {
namespace {

class LabelChurn final : public Fault {
 public:
  LabelChurn(std::string label, Duration period) : label_(std::move(label)), period_(period) {}

  void apply_to_scrape(ScrapeConditions& conditions, double /*strength*/) const override {
    conditions.churning = label_;
    conditions.churn = static_cast<std::uint64_t>(conditions.elapsed / period_) + 1;
  }
  std::optional<DutyCycle> duty_cycle() const override { return DutyCycle{period_, period_}; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.samples_renamed, during.samples, before.samples_renamed, before.samples))
      return std::nullopt;
    return format("{:.0f} of {:.0f} samples of {} were stored as new series", during.samples_renamed, during.samples,
                  target);
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (std::string none = not_scraped_yet(during, target); !none.empty()) return none;
    return format("{:.0f} of {:.0f} samples of {} were stored as new series (before: {:.0f} of {:.0f}) {}",
                  during.samples_renamed, during.samples, target, before.samples_renamed, before.samples,
                  since_its_start(during));
  }

 private:
  std::string label_;
  Duration period_;
};

constexpr FieldSpec kFields[] = {
    {.name = "label", .type = FieldType::text, .doc = "whose value changes", .default_text = "pod"},
    {.name = "period", .type = FieldType::duration, .doc = "how long a value lasts", .default_text = "5m", .min = 1},
};

std::optional<FieldProblem> check(const Fields& fields) {
  const std::string label = fields.text("label", "pod");
  if (model::is_legacy_label_name(label) && label != model::kMetricName) return std::nullopt;
  return FieldProblem{"label", format("'{}' is no name for a label of a target", label),
                      "expected letters, digits and underscores, not beginning with a digit, and not __name__"};
}

std::shared_ptr<const Fault> make(const Fields& fields) {
  return std::make_shared<LabelChurn>(fields.text("label", "pod"), fields.duration("period", std::chrono::minutes(5)));
}

}  // namespace

FaultKind label_churn() {
  return {
      .name = "label_churn",
      .summary = "a label of the target has a new value every so often",
      .doc =
          "A label changes its value at the beginning and every `period` thereafter, as the name of a pod that is "
          "replaced again and again, or a build number: each time all series of the target are new ones, and the "
          "old ones end. Alerts that keep the label are new alerts: their `for` starts over, and one that is "
          "longer than the period never fires; rate() over a window longer than the period sees less; a sum "
          "without the label is fine, but counts the target twice for about two scrape intervals. A label that "
          "targets have changes on `up` too, any other one is put on the exposed series alone. Probes see "
          "nothing. Witness: samples that were stored under other labels than at the scrape before.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = kScraped,
      .telemetry = true,
      .changes_labels = true,
      .no_lines = "Prometheus stores what it is given, and writes nothing of it.",
      .make = make,
      .check = check,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
