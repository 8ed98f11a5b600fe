#include "incident/slo/openslo_yaml.h"

#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/slo/foreign_slo.h"
#include "incident/slo/openslo_indicator.h"
#include "model/labels.h"
#include "yaml/decode.h"

namespace firedrill::incident {
namespace {

using yaml::Node;
using yaml::Nulls;
using enum FieldType;

constexpr std::array<std::string_view, 5> kObjectKeys{"apiVersion", "kind", "metadata", "spec", yaml::kSchemaKey};
constexpr std::array<std::string_view, 7> kKinds{
    "SLO", "SLI", "Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"};
constexpr std::array<std::string_view, 3> kMethods{"Occurrences", "Timeslices", "RatioTimeslices"};
constexpr std::array<std::string_view, 4> kOperators{"lte", "gte", "lt", "gt"};

constexpr std::array kMetadataFields{
    FieldSpec{.name = "name", .required = true, .doc = "once for each kind"},
    FieldSpec{.name = "displayName", .doc = "for people"},
};
constexpr std::array<std::string_view, 2> kMetadataKeys{"labels", "annotations"};
constexpr std::array kSpecFields{
    FieldSpec{.name = "service", .required = true, .doc = "whose SLO it is"},
    FieldSpec{.name = "description", .doc = "for people"},
    FieldSpec{.name = "budgetingMethod", .doc = "what is counted", .default_text = "Occurrences", .choices = kMethods},
    FieldSpec{.name = "indicatorRef", .doc = "the name of an SLI"},
};
constexpr std::array<std::string_view, 4> kSpecKeys{"indicator", "timeWindow", "objectives", "alertPolicies"};
constexpr std::array kObjectiveFields{
    FieldSpec{.name = "displayName", .doc = "for people"},
    FieldSpec{.name = "op", .doc = "how a threshold metric is compared", .choices = kOperators},
    FieldSpec{.name = "value", .type = number, .doc = "what a threshold metric is compared with"},
    FieldSpec{.name = "target", .type = number, .doc = "the share wanted, such as 0.999"},
    FieldSpec{.name = "targetPercent", .type = number, .doc = "the share wanted in percent, such as 99.9"},
    FieldSpec{.name = "timeSliceTarget", .type = number, .doc = "the share that makes a time slice good"},
    FieldSpec{.name = "timeSliceWindow", .doc = "how long a time slice is"},
    FieldSpec{.name = "indicatorRef", .doc = "the name of an SLI"},
};
// Of composite SLOs, which are told as such.
constexpr std::array<std::string_view, 2> kObjectiveKeys{"indicator", "compositeWeight"};
constexpr std::array kWindowFields{
    FieldSpec{.name = "duration", .required = true, .doc = "such as 30d, 4w, 1M or 1Q"},
    FieldSpec{.name = "isRolling", .type = boolean, .doc = "false: aligned with the calendar", .default_text = "false"},
};
constexpr std::array<std::string_view, 1> kWindowKeys{"calendar"};

constexpr const char* kAlertsRemedy =
    "alerts on SLOs are written with the usual windows and burn rates, and routed by their labels";

// 1h, 30d, 4w as Prometheus has them; months, quarters and years as 30, 90 and 365 days.
std::optional<Duration> parse_shorthand(const std::string& text) {
  if (text.size() < 2) return std::nullopt;
  const auto count = parse_int(std::string_view(text).substr(0, text.size() - 1));
  constexpr std::int64_t kMost = 1000;
  const auto days = [&](std::int64_t each) -> std::optional<Duration> {
    return count && *count > 0 && *count <= kMost ? std::optional<Duration>(*count * each * 24h) : std::nullopt;
  };
  if (text.back() == 'M') return days(30);
  if (text.back() == 'Q') return days(90);
  if (text.back() == 'Y') return days(365);
  const auto plain = parse_duration(text);
  return plain && *plain > 0ms ? std::optional(*plain) : std::nullopt;
}

std::string name_of(const Node& object) {
  const Node* metadata = object.find("metadata");
  const Node* name = metadata == nullptr ? nullptr : metadata->find("name");
  return name == nullptr ? std::string() : name->text;
}

class Decoder {
 public:
  Decoder(std::span<const Node* const> documents, const promql::ParseOptions& options, SloFile& file,
          Diagnostics& diagnostics)
      : documents_(documents), options_(options), file_(file), diagnostics_(diagnostics) {}

  void decode() {
    for (const Node* object : documents_) {
      if (object->is_null() || !expect_mapping(*object, "an OpenSLO object", diagnostics_)) continue;
      if (!is_sound(*object)) continue;
      const std::string& kind = object->find("kind")->text;
      if (kind == "SLO") decode_slo(*object);
      if (kind.starts_with("Alert")) warn_of_alerts(*object, kind);
    }
  }

 private:
  bool is_sound(const Node& object) {
    const std::size_t errors = diagnostics_.size();
    const Node* version = object.find("apiVersion");
    if (version == nullptr || version->text != kOpenSloSpec) {
      report(diagnostics_, (version != nullptr ? *version : object).where(),
             version == nullptr ? "the object has no apiVersion"
                                : format("'{}' is not read among OpenSLO objects", version->text),
             "expected openslo/v1");
      return false;
    }
    decode_fields(object, {}, {kObjectKeys}, "the OpenSLO object", Nulls::absent, diagnostics_);
    const Node* kind = object.find("kind");
    if (kind == nullptr || std::ranges::find(kKinds, kind->text) == kKinds.end()) {
      const std::vector<std::string> kinds(kKinds.begin(), kKinds.end());
      report(diagnostics_, (kind != nullptr ? *kind : object).where(),
             kind == nullptr ? "the OpenSLO object has no kind"
                             : format("OpenSLO v1 has no objects of the kind '{}'", kind->text),
             suggest(kind == nullptr ? "" : kind->text, kinds));
      return false;
    }
    const Node* metadata = object.find("metadata");
    if (metadata == nullptr || !metadata->is_mapping()) {
      report(diagnostics_, object.where(), format("the {} has no metadata", kind->text), "add `metadata:` with a name");
    } else {
      decode_fields(*metadata, kMetadataFields, {kMetadataKeys}, format("the metadata of the {}", kind->text),
                    Nulls::absent, diagnostics_);
    }
    return diagnostics_.size() == errors;
  }

  // An alert on an SLO is what firedrill writes itself, over the usual windows.
  void warn_of_alerts(const Node& object, const std::string& kind) {
    const Node& name = *object.find("metadata")->find("name");
    warn(diagnostics_, name.where(), format("the {} '{}' is not read", kind, name.text), kAlertsRemedy);
  }

  // Those of the file are told where they stand.
  void warn_of_policies(const Node& spec, const std::string& what) {
    const Node* policies = spec.find("alertPolicies");
    if (policies == nullptr || !policies->is_sequence()) return;
    for (const Node* policy : policies->items) {
      const Node* reference = policy->find("alertPolicyRef");
      const std::string name = reference != nullptr ? reference->text : policy->is_scalar() ? policy->text : "";
      if (!name.empty() && find_object("AlertPolicy", name) != nullptr) continue;
      warn(diagnostics_, policy->where(), format("this alert policy of {} is not read", what), kAlertsRemedy);
    }
  }

  const Node* find_object(std::string_view kind, std::string_view name) const {
    const auto found = std::ranges::find_if(documents_, [&](const Node* object) {
      const Node* said = object->find("kind");
      return said != nullptr && said->text == kind && name_of(*object) == name;
    });
    return found == documents_.end() ? nullptr : *found;
  }

  void decode_slo(const Node& object) {
    const Node& metadata = *object.find("metadata");
    const std::string what = format("SLO '{}'", name_of(object));
    const Node* spec = object.find("spec");
    if (spec == nullptr || !spec->is_mapping()) {
      return report(diagnostics_, object.where(), format("{} has no `spec`", what),
                    "expected `service:`, `indicator:` and `objectives:` below it");
    }
    const std::size_t errors = count_errors();
    const Fields said = decode_fields(*spec, kSpecFields, {kSpecKeys}, what, Nulls::absent, diagnostics_);
    const Duration window = window_of(*spec, what);
    warn_of_policies(*spec, what);
    const Node* objectives = spec->find("objectives");
    if (objectives == nullptr || objectives->is_null() || (objectives->is_sequence() && objectives->items.empty())) {
      return report(diagnostics_, spec->where(), format("{} has no objectives", what),
                    "add `objectives:` with a target");
    }
    if (!expect_sequence(*objectives, "'objectives'", diagnostics_)) return;
    if (!expect_few(*objectives, "'objectives'", diagnostics_)) return;
    const Labels labels = labels_of(metadata);
    const bool sound = count_errors() == errors;
    for (std::size_t i = 0; i < objectives->items.size(); ++i) {
      decode_objective(*spec, said, *objectives->items[i],
                       {metadata, window, labels, i, objectives->items.size(), sound});
    }
  }

  using Labels = Texts;
  // What the objectives of an SLO have in common, and which of them it is.
  struct Place {
    const Node& metadata;
    Duration window;
    const Labels& labels;
    std::size_t index;
    std::size_t count;
    bool sound;  // no error in what they have in common
  };

  void decode_objective(const Node& spec, const Fields& slo_fields, const Node& node, const Place& place) {
    const std::string name = place.metadata.find("name")->text;
    const std::string what = format("objective {} of SLO '{}'", place.index + 1, name);
    const std::size_t errors = count_errors();
    const Fields said = decode_fields(node, kObjectiveFields, {kObjectiveKeys}, what, Nulls::absent, diagnostics_);
    if (!node.is_mapping()) return;
    if (const Node* weight = node.find("compositeWeight")) {
      return report(diagnostics_, weight->where(), format("{} is a part of a composite, which is not read", what),
                    "state an SLO of its own for each indicator");
    }
    const auto target = target_of(said, node, what);
    auto declared = std::make_shared<DeclaredSlo>();
    declared->spec = kOpenSloSpec;
    declared->name = format("{}-{}", name, place.index);
    declared->objective_percent = said.has("targetPercent") ? said.number("targetPercent") : target.value_or(0) * 100;
    declared->labels = place.labels;
    decode_indicator(spec, slo_fields, said, node, what, *declared);
    if (count_errors() != errors || !target || !place.sound) return;
    record::Slo slo;
    slo.name = place.count == 1 ? name : declared->name;
    slo.service = slo_fields.text("service");
    slo.objective = round_to_record(*target);
    slo.window = place.window;
    const std::string_view key = said.has("target") ? "target" : "targetPercent";
    const Position where = place.count == 1 ? place.metadata.find("name")->where() : node.where();
    add_foreign_slo({std::move(slo), where, slo_fields.where("service"), std::move(declared)}, said.where(key), file_,
                    diagnostics_);
  }

  std::optional<double> target_of(const Fields& said, const Node& node, const std::string& what) {
    const auto written = [&](std::string_view key) { return node.find(key) != nullptr && !node.find(key)->is_null(); };
    if (written("target") == written("targetPercent")) {
      report(diagnostics_, node.where(), format("{} must have one of target and targetPercent", what),
             "write `target: 0.999`, or `targetPercent: 99.9`");
      return std::nullopt;
    }
    if (!said.has("target") && !said.has("targetPercent")) return std::nullopt;  // it is in error
    if (!said.has("target")) return said.number("targetPercent") / 100;
    const double target = said.number("target");
    if (target <= 1) return target;
    report(diagnostics_, said.where("target"), format("the target of {} is a share from 0 to 1", what),
           "write `target: 0.999`, or `targetPercent: 99.9`");
    return std::nullopt;
  }

  // The indicator of an objective: its own, the SLO's, or one that either refers to.
  void decode_indicator(const Node& spec, const Fields& slo_fields, const Fields& said, const Node& objective,
                        const std::string& what, DeclaredSlo& declared) {
    const Node* own = objective.find("indicator") != nullptr ? objective.find("indicator") : spec.find("indicator");
    const Fields& referring = said.has("indicatorRef") ? said : slo_fields;
    const Node* found = nullptr;
    if (said.has("indicatorRef") || own == nullptr) {
      if (!referring.has("indicatorRef")) {
        return report(diagnostics_, spec.where(), format("{} has no indicator", what),
                      "add `indicator:`, or `indicatorRef:` with the name of an SLI of this file");
      }
      found = find_object("SLI", referring.text("indicatorRef"));
      if (found == nullptr) {
        const Diagnostic missing{Severity::error, referring.where("indicatorRef"),
                                 format("there is no SLI '{}' in this file", referring.text("indicatorRef")),
                                 "put it into the file as a further document, or write it below `indicator:`"};
        declared.unwritten.push_back(missing);
        declared.uncounted.push_back(missing);
        return;
      }
    } else {
      found = own;
    }
    const Node* indicator = found->find("spec");
    if (indicator == nullptr || !indicator->is_mapping()) {
      return report(diagnostics_, found->where(), format("the indicator of {} has no `spec`", what),
                    "expected `ratioMetric:` or `thresholdMetric:` below it");
    }
    const OpenSloBudget budget = budget_of(slo_fields, said, objective, what);
    OpenSloSources sources{[this](std::string_view name) { return find_object("DataSource", name); }, options_};
    decode_openslo_indicator(*indicator, budget, sources, what, declared, diagnostics_);
  }

  OpenSloBudget budget_of(const Fields& slo_fields, const Fields& said, const Node& objective,
                          const std::string& what) {
    OpenSloBudget budget;
    budget.method = slo_fields.text("budgetingMethod");
    budget.method_at = slo_fields.where("budgetingMethod");
    budget.op = said.text("op");
    if (said.has("value")) budget.value = said.number("value");
    budget.objective_at = objective.where();
    if (budget.method == "Occurrences") return budget;
    const std::string text = said.text("timeSliceWindow");
    // A number alone is one of minutes.
    const auto minutes = parse_int(text);
    const auto slice = minutes ? parse_shorthand(text + "m") : parse_shorthand(text);
    if (!slice) {
      report(diagnostics_, said.has("timeSliceWindow") ? said.where("timeSliceWindow") : objective.where(),
             format("{} needs a `timeSliceWindow` for the budgeting method {}", what, budget.method),
             "expected a duration such as 1m, or a number of minutes");
      return budget;
    }
    budget.slice = *slice;
    budget.slice_target = said.number("timeSliceTarget", 0);
    return budget;
  }

  Duration window_of(const Node& spec, const std::string& what) {
    const Duration usual = record::Slo().window;
    const Node* list = spec.find("timeWindow");
    if (list == nullptr || list->is_null() || !expect_sequence(*list, "'timeWindow'", diagnostics_)) return usual;
    if (list->items.size() != 1) {
      report(diagnostics_, list->where(), format("{} must have one time window", what), "OpenSLO v1 allows one");
      return usual;
    }
    const Node& node = *list->items.front();
    const std::string block = format("the time window of {}", what);
    const Fields said = decode_fields(node, kWindowFields, {kWindowKeys}, block, Nulls::absent, diagnostics_);
    if (!said.has("duration")) return usual;
    const auto window = parse_shorthand(said.text("duration"));
    if (!window) {
      report(diagnostics_, said.where("duration"), format("'{}' is not a duration", said.text("duration")),
             "expected a duration such as 30d, 4w, 1M or 1Q");
      return usual;
    }
    if (!said.boolean("isRolling")) {
      warn(diagnostics_, said.where("duration"),
           format("the time window of {} follows the calendar: it is taken for the {} that end at each moment", what,
                  format_duration(*window)),
           "nothing to mend, unless `isRolling: true` is meant");
    }
    return *window;
  }

  // A label of OpenSLO may have several values; Prometheus's have one.
  Labels labels_of(const Node& metadata) {
    Labels labels;
    const Node* node = metadata.find("labels");
    if (node == nullptr || !node->is_mapping()) return labels;
    for (const Node::Entry& entry : node->entries) {
      if (!entry.value->is_scalar()) {
        warn(diagnostics_, entry.key_node->where(), format("the label '{}' is left out of the rules", entry.key),
             "give it one value: a label of Prometheus has no more");
      } else if (!model::is_legacy_label_name(entry.key)) {
        warn(diagnostics_, entry.key_node->where(), format("the label '{}' is left out of the rules", entry.key),
             "letters, digits and underscores make a label's name, not a digit first");
      } else {
        labels[entry.key] = entry.value->text;
      }
    }
    return labels;
  }

  std::size_t count_errors() const {
    return static_cast<std::size_t>(std::ranges::count(diagnostics_, Severity::error, &Diagnostic::severity));
  }

  std::span<const Node* const> documents_;
  const promql::ParseOptions& options_;
  SloFile& file_;
  Diagnostics& diagnostics_;
};

}  // namespace

void decode_openslo(std::span<const Node* const> documents, const promql::ParseOptions& options, SloFile& file,
                    Diagnostics& diagnostics) {
  Decoder(documents, options, file, diagnostics).decode();
}

}  // namespace firedrill::incident
