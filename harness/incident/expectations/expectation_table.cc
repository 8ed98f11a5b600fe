#include "incident/expectations/expectation_table.h"

#include <algorithm>
#include <array>

#include "incident/alerts/alert_match.h"
#include "incident/expectations/expectation_context.h"

// Every kind of expectation, a row each. A row names the function that expectations/<kind>.cc defines, which no header
// declares.
#define FIREDRILL_EXPECTATION_KINDS(KIND) \
  KIND(acknowledged)                      \
  KIND(action_effective)                  \
  KIND(alert_firing)                      \
  KIND(alert_not_firing)                  \
  KIND(alert_pending)                     \
  KIND(as_published)                      \
  KIND(budget_left)                       \
  KIND(burn_rate)                         \
  KIND(communicated)                      \
  KIND(dead_mans_switch)                  \
  KIND(endpoints)                         \
  KIND(escalated)                         \
  KIND(grouped)                           \
  KIND(inhibited_by)                      \
  KIND(measure)                           \
  KIND(no_other_alerts)                   \
  KIND(not_notified)                      \
  KIND(not_paged)                         \
  KIND(notified)                          \
  KIND(paged)                             \
  KIND(pages_at_most)                     \
  KIND(probe)                             \
  KIND(promql)                            \
  KIND(restarts)                          \
  KIND(severity)                          \
  KIND(silenced)

namespace firedrill::incident {
using namespace record;

namespace expectations {
#define FIREDRILL_DECLARE(kind) ExpectationKind kind();
FIREDRILL_EXPECTATION_KINDS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace expectations

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
#define FIREDRILL_ROW(kind) expectations::kind(),
  static const std::array kKinds{FIREDRILL_EXPECTATION_KINDS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kKinds;
}

const ExpectationKind* find_expectation_kind(std::string_view name) {
  const auto kinds = expectation_kinds();
  const auto it = std::ranges::find(kinds, name, &ExpectationKind::name);
  return it == kinds.end() ? nullptr : &*it;
}

bool names(const Expectation& expectation, const AlertRecord& alert) {
  const ExpectationKind* kind = find_expectation_kind(expectation.kind);
  return kind != nullptr && kind->names_alert && matches(expectation, alert);
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

const record::ExpectationForms& expectation_forms() {
  static const record::ExpectationForms kForms = [] {
    record::ExpectationForms forms;
    for (const ExpectationKind& kind : expectation_kinds()) forms.emplace(kind.name, fields_of(kind));
    return forms;
  }();
  return kForms;
}

}  // namespace firedrill::incident
