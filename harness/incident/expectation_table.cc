#include "incident/expectation_table.h"

#include <algorithm>
#include <array>

#include "incident/expectation_context.h"
#include "incident/expectations/kinds.h"

namespace firedrill::incident {
namespace {

std::span<const FieldSpec> common_fields() {
  static const std::array kFields{
      FieldSpec{.name = "id", .required = true, .doc = "What reports call it; unique within the scenario."},
      FieldSpec{.name = "kind", .required = true, .doc = "One of the kinds of expectations."},
      FieldSpec{.name = "since", .doc = "The instant from which `within` counts.", .choices = since_choices()},
      FieldSpec{.name = "within",
                .type = FieldType::duration,
                .doc = "How long it may take; without it until the run's end."},
      FieldSpec{.name = "from",
                .type = FieldType::duration,
                .doc = "The start of the time it is about, since the end of the warm-up.",
                .default_text = "0s"},
      FieldSpec{.name = "to", .type = FieldType::duration, .doc = "The end of that time; without it the run's end."},
      FieldSpec{.name = "except", .type = FieldType::texts, .doc = "Names it does not apply to."},
  };
  return kFields;
}

}  // namespace

std::span<const ExpectationKind> expectation_kinds() {
  static const std::array kKinds{
      expectations::alert_firing(),
      expectations::alert_not_firing(),
      expectations::alert_pending(),
      expectations::budget_left(),
      expectations::burn_rate(),
      expectations::dead_mans_switch(),
      expectations::endpoints(),
      expectations::measure(),
      expectations::no_other_alerts(),
      expectations::probe(),
      expectations::promql(),
      expectations::restarts(),
      expectations::severity(),
  };
  return kKinds;
}

const ExpectationKind* find_expectation_kind(std::string_view name) {
  const auto kinds = expectation_kinds();
  const auto it = std::ranges::find(kinds, name, &ExpectationKind::name);
  return it == kinds.end() ? nullptr : &*it;
}

std::vector<FieldSpec> fields_of(const ExpectationKind& kind) {
  std::vector<FieldSpec> fields;
  for (const FieldSpec& field : common_fields()) {
    const bool always = field.name == "id" || field.name == "kind";
    if (always || std::ranges::find(kind.common, field.name) != kind.common.end()) fields.push_back(field);
  }
  fields.insert(fields.end(), kind.own.begin(), kind.own.end());
  return fields;
}

}  // namespace firedrill::incident
