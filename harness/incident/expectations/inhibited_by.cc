// inhibited_by: another alert keeps this one from notifying.
#include <array>

#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/notifications/held.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};

std::span<const FieldSpec> own() {
  static const std::array kOwn{
      FieldSpec{.name = "alert", .required = true, .doc = "The alert that is held back."},
      kNotifiedLabelsField,
      kNotifiedSeverityField,
      FieldSpec{.name = "by", .required = true, .doc = "The name of the alert that inhibits it."},
      FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the alert's own."},
  };
  return kOwn;
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_notified(expectation, names, diagnostics);
  check_known(expectation, "by", "alert", names.alerts, diagnostics);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const std::string by = expectation.fields.text("by");
  const auto is_one = [&](const std::string& held_by) { return held_by == by || held_by.starts_with(by + " {"); };
  return judge_held(expectation, record, series, {HoldKind::inhibited, "by " + by, is_one});
}

}  // namespace

ExpectationKind inhibited_by() {
  return {
      .name = "inhibited_by",
      .doc =
          "While its group is flushed, the alert is held back by an inhibition rule because another alert fires, "
          "within the time given since the fault was injected (or since another step). A failure says what became of "
          "the alert instead.",
      .common = kCommon,
      .own = own(),
      .names_alert = true,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
