// alert_pending: this alert's expression begins to hold, in time.
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/expectations/expectation_table.h"
#include "incident/left_open.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};
constexpr std::array kOwn{
    FieldSpec{.name = "alert", .required = true, .doc = "The alert's name, as its rule has it."},
    FieldSpec{.name = "labels", .type = FieldType::text_map, .doc = "Labels that it carries, among others."},
    FieldSpec{.name = "severity", .doc = "Its label severity; short for labels: {severity: …}."},
    FieldSpec{.name = "incident", .doc = "The incident it belongs to; without it the one it turns out to belong to."},
};

std::string what_came_of_it(const Record& record, const AlertRecord& alert) {
  if (alert.firing_at) return format("; it fired at {}", when(record, *alert.firing_at));
  if (alert.forgotten_at) return format("; its monitor went down at {}", when(record, *alert.forgotten_at));
  if (!alert.resolved_at && alerts_unseen(record)) return "; it was still pending when it was last seen";
  if (!alert.resolved_at) return "; it was still pending when the run ended";
  return format("; it ended at {} without firing", when(record, *alert.resolved_at));
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  Outcome outcome;
  outcome.subject = expectation.fields.text("alert");
  outcome.expected = describe_alert(expectation) + " is pending";
  const auto window = alert_window(expectation, record, outcome);
  if (!window) return outcome;
  const AlertRecord* alert = first_to_reach(expectation, record, &AlertRecord::pending_at, window->earliest);
  if (alert == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "was never pending";
    outcome.why = why_not_reached(expectation, record, series, &AlertRecord::pending_at, "was pending from",
                                  window->earliest, record.judged_to);
    return outcome;
  }
  const Time pending = *alert->pending_at;
  outcome.observed = format("pending from {}, {}", when(record, pending), distance_from(window->since, pending)) +
                     what_came_of_it(record, *alert);
  if (std::string other =
          why_not_meant(expectation, record, *alert, &AlertRecord::pending_at, *window,
                        "its expression held before the fault was injected, so the fault did not make it so");
      !other.empty()) {
    outcome.result = Verdict::fail;
    outcome.why = std::move(other);
  } else if (pending > window->deadline) {
    outcome.result = Verdict::fail;
    outcome.why =
        format("pending from {}, {} late", when(record, pending), describe_duration(pending - window->deadline));
    const std::string how = how_near(expectation, record, series, window->earliest, window->deadline);
    if (!how.empty()) outcome.why += "; by then " + how;
  }
  return outcome;
}

}  // namespace

ExpectationKind alert_pending() {
  return {.name = "alert_pending",
          .doc =
              "The alert's expression begins to hold within the time given since the fault was injected (or since "
              "another step of the incident), whether or not it holds for long enough to fire: what a rule with a long "
              "`for` sees of a short fault. An alert that was pending before the fault was injected fails; so does one "
              "that was pending before the step that it is counted from, unless that is the breach. Alerts that are "
              "expected here belong to the incident; with `incident`, only what the record gives to that one counts.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = true,
          .check = check_alert,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
