// A metric of the target is what the scenario says.
#include <string>
#include <utility>

#include "base/text/format.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/telemetry/scraped.h"
#include "fake_services/faults/unseen.h"
#include "fake_services/telemetry/forged_metric.h"
#include "model/labels.h"

namespace firedrill::fake_services::faults {
namespace {

class Metric final : public Fault {
 public:
  explicit Metric(ForgedMetric metric) : metric_(std::make_shared<const ForgedMetric>(std::move(metric))) {}

  void apply_to_scrape(ScrapeConditions& conditions, double strength) const override {
    conditions.forged.push_back({metric_, strength});
  }
  const ForgedMetric* forges() const override { return metric_.get(); }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override {
    if (!more_often(during.samples_forged, during.scrapes, before.samples_forged, before.scrapes)) return std::nullopt;
    return format("{:.0f} samples of {} in {:.0f} scrapes were not what its process counts: {} is {} by the scenario",
                  during.samples_forged, target, during.scrapes, metric_->metric, said());
  }
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override {
    if (std::string none = not_scraped_yet(during, target); !none.empty()) return none;
    if (during.samples_forged <= 0) {
      return format("no sample of {} in {:.0f} scrapes was another than its process exposes: {}", target,
                    during.scrapes,
                    metric_->makes_series() ? "all were so already" : names_nothing(during, metric_->metric, target));
    }
    return format("{:.0f} samples of {} in {:.0f} scrapes were not what its process counts (before: {:.0f} in {:.0f})",
                  during.samples_forged, target, during.scrapes, before.samples_forged, before.scrapes);
  }

 private:
  std::string said() const {
    if (metric_->absent) return "gone";
    if (metric_->set) return format("set to {:g}", *metric_->set);
    std::string words;
    const auto say = [&](std::string word) { words += (words.empty() ? "" : " and ") + std::move(word); };
    if (metric_->factor != 1) say(format("multiplied by {:g}", metric_->factor));
    if (metric_->add != 0) say(format("raised by {:g}", metric_->add));
    if (metric_->rate != 0) say(format("growing by {:g} a second", metric_->rate));
    return words;
  }

  std::shared_ptr<const ForgedMetric> metric_;
};

constexpr FieldSpec kFields[] = {
    {.name = "metric", .type = FieldType::text, .required = true, .doc = "its name"},
    {.name = "labels",
     .type = FieldType::text_map,
     .doc = "only series with these labels; a series that is made has them, in place of the target's own of that name; "
            "an empty value stands for a label that is not there"},
    {.name = "set", .type = FieldType::number, .doc = "the value; reached at the end of the `ramp`"},
    {.name = "add", .type = FieldType::number, .doc = "what is added to the value"},
    {.name = "factor", .type = FieldType::number, .doc = "what the value is multiplied by"},
    {.name = "rate",
     .type = FieldType::number,
     .doc = "by how much it grows each second (of a gauge also below 0); stays when the fault has ended, as a counter "
            "does"},
    {.name = "absent", .type = FieldType::boolean, .doc = "it is not exposed", .default_text = "false"},
    {.name = "otherwise",
     .type = FieldType::number,
     .doc = "of a series that the target does not have: its value while the fault is not on; where absent, there is no "
            "series then"},
};

std::shared_ptr<const Fault> make(const Fields& fields) {
  ForgedMetric metric;
  metric.metric = fields.text("metric");
  metric.labels = fields.text_map("labels");
  if (fields.has("set")) metric.set = fields.number("set");
  metric.add = fields.number("add", 0);
  metric.factor = fields.number("factor", 1);
  metric.rate = fields.number("rate", 0);
  metric.absent = fields.boolean("absent");
  if (fields.has("otherwise")) metric.otherwise = fields.number("otherwise");
  return std::make_shared<Metric>(std::move(metric));
}

// By the names that clients' libraries and OpenMetrics give to what only grows.
bool named_as_counter(std::string_view metric) {
  return metric.ends_with("_total") || metric.ends_with("_bucket") || metric.ends_with("_count");
}

std::optional<FieldProblem> check(const Fields& fields) {
  if (!model::is_legacy_metric_name(fields.text("metric"))) {
    return FieldProblem{"metric", format("'{}' is no name of a metric", fields.text("metric")),
                        "letters, digits, _ and :, and no digit first"};
  }
  for (const auto& [name, value] : fields.text_map("labels")) {
    if (model::is_legacy_label_name(name) && name != model::kMetricName) continue;
    return FieldProblem{"labels", format("'{}' is no name of a label", name), "letters, digits and _, no digit first"};
  }
  if (fields.number("rate", 0) < 0 && named_as_counter(fields.text("metric"))) {
    return FieldProblem{"rate",
                        format("'{}' is a counter by its name, and a counter never falls", fields.text("metric")),
                        "a rate above 0; a counter that starts again is `set: 0`"};
  }
  const bool moved = fields.has("add") || fields.has("factor") || fields.has("rate");
  if (fields.boolean("absent") && (moved || fields.has("set"))) {
    return FieldProblem{"absent", "what is not exposed has no value", "remove 'set', 'add', 'factor' and 'rate'"};
  }
  if (fields.has("set") && (fields.has("add") || fields.has("factor"))) {
    return FieldProblem{"set", "a value that is set is neither raised nor multiplied", "remove 'add' and 'factor'"};
  }
  if (!fields.boolean("absent") && !moved && !fields.has("set")) {
    return FieldProblem{"metric", "the fault says nothing of the value", "for example set: 0, or absent: true"};
  }
  return std::nullopt;
}

}  // namespace

FaultKind metric() {
  return {
      .name = "metric",
      .summary = "a metric of the target is what the scenario says",
      .doc =
          "For what has no cause in the simulated world: a metric of the target is set, raised, multiplied, grows, or "
          "is gone, as the scenario says, and nothing else changes. Where the target has no such series it is made, so "
          "that any alert can be exercised. Whoever reads the report is told that no cause stands behind it. Probes "
          "see nothing. Witness: samples of the target's scrapes that are not what its process counts.",
      .fields = kFields,
      .per_request = false,
      .graded = false,
      .aims = kScraped,
      .telemetry = true,
      .no_lines = "A value that is made up writes nothing.",
      .make = make,
      .check = check,
      .misfit = not_scraped,
  };
}

}  // namespace firedrill::fake_services::faults
