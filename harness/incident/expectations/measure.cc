// measure: a time measured on an incident stays within bounds.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/bounds.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "incident/measures/measures.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 8> kNames{"ttd", "ttd_injected", "first_sign", "delivery",
                                                 "tta", "ttc",          "ttm",        "ttr"};
constexpr std::array kOwn{
    FieldSpec{.name = "incident", .doc = "The incident; without it the first one."},
    FieldSpec{.name = "measure",
              .required = true,
              .doc = "Which time: detect (ttd, from the fault: ttd_injected), first_sign, deliver, "
                     "acknowledge, communicate, mitigate, resolve.",
              .choices = kNames},
    FieldSpec{.name = "at_most", .type = FieldType::duration, .doc = "The longest that it may take."},
    FieldSpec{.name = "at_least", .type = FieldType::duration, .doc = "The shortest that it may take."},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
  check_bounds(expectation.fields, "a measure needs a bound", diagnostics);
}

std::string title_of(std::string_view name) {
  const auto specs = measure_specs();
  const auto it = std::ranges::find(specs, name, &MeasureSpec::name);
  return it == specs.end() ? std::string(name) : std::string(it->title);
}

std::string bounds(const Fields& fields) {
  std::string out;
  if (fields.has("at_least")) out += " at least " + describe_duration(fields.duration("at_least"));
  if (fields.has("at_most"))
    out += (out.empty() ? " at most " : " and at most ") + describe_duration(fields.duration("at_most"));
  return out;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable&) {
  const Fields& fields = expectation.fields;
  const IncidentRecord* incident = incident_of(expectation, record);
  const std::string name = fields.text("measure");
  Outcome outcome;
  outcome.subject = incident != nullptr ? incident->id : fields.text("incident");
  outcome.expected = format("{} ({}) is{}", title_of(name), name, bounds(fields));
  const Measure* measure = incident != nullptr ? incident->measure(name) : nullptr;
  if (measure == nullptr || !measure->value) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to measure";
    outcome.why = incident == nullptr ? "the run has no incident"
                                      : format("in {} it does not apply: {}", incident->id,
                                               !incident->times.injected_at   ? "its fault was never injected"
                                               : !incident->times.breached_at ? nothing_broke(record, *incident)
                                                                              : "the run has no such step");
    return outcome;
  }
  outcome.observed = measure->text;
  const Duration value = *measure->value;
  if (fields.has("at_most") && (measure->censored || value > fields.duration("at_most"))) {
    outcome.result = Verdict::fail;
    const bool over = fields.text("measure") != "ttr" && incident->times.resolved_at.has_value();
    outcome.why = measure->censored ? format("it had not happened when the {} ({})",
                                             over ? "incident was over" : "run ended", measure->text)
                                    : format("{} too long", describe_duration(value - fields.duration("at_most")));
  } else if (fields.has("at_least") && value < fields.duration("at_least")) {
    outcome.result = measure->censored ? Verdict::invalid : Verdict::fail;
    outcome.why = measure->censored ? format("the run ended too early to tell ({})", measure->text)
                                    : format("{} too short", describe_duration(fields.duration("at_least") - value));
  }
  return outcome;
}

}  // namespace

ExpectationKind measure() {
  return {
      .name = "measure",
      .doc =
          "A time measured on an incident (to detect, to the first sign, to deliver, acknowledge, communicate, "
          "mitigate or resolve) is "
          "within bounds. What had not happened when the run ended is longer than the run lasted and meets no upper "
          "bound; what nobody noticed until the incident was over took longer than that. What cannot be measured, "
          "since nothing broke say, makes the result invalid.",
      .common = {},
      .own = kOwn,
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
