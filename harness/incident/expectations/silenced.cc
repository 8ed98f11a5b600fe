// silenced: a silence keeps this alert from notifying.
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
      FieldSpec{.name = "comment", .doc = "The comment of the silence; without it any silence counts."},
      FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the alert's own."},
  };
  return kOwn;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const std::string comment = expectation.fields.text("comment");
  const auto is_one = [&](const std::string& by) {
    return comment.empty() || by.find(format("({})", comment)) != std::string::npos;
  };
  const std::string by = comment.empty() ? "" : format("by the silence ({})", comment);
  return judge_held(expectation, record, series, {HoldKind::silenced, by, is_one});
}

}  // namespace

ExpectationKind silenced() {
  return {
      .name = "silenced",
      .doc =
          "While its group is flushed, the alert is held back by a silence, within the time given since the fault was "
          "injected (or since another step). A failure says what became of the alert instead.",
      .common = kCommon,
      .own = own(),
      .names_alert = true,
      .check = check_notified,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
