// alert_pending: this alert's expression begins to hold, in time.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/format.h"
#include "incident/alert_match.h"
#include "incident/expectation_context.h"
#include "incident/expectations/kinds.h"
#include "incident/near_miss.h"

namespace firedrill::incident {
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};
constexpr std::array kOwn{
    FieldSpec{.name = "alert", .required = true, .doc = "The alert's name."},
    FieldSpec{.name = "labels", .type = FieldType::text_map, .doc = "Labels that it carries, among others."},
    FieldSpec{.name = "severity", .doc = "Its label severity; short for labels: {severity: …}."},
    FieldSpec{.name = "incident", .doc = "The incident it belongs to; without it the one it turns out to belong to."},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "alert", "alert", names.alerts, diagnostics);
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
}

// The first activation that was not over before `earliest`.
const AlertRecord* first_pending(const Expectation& expectation, const Record& record, Time earliest) {
  const AlertRecord* first = nullptr;
  for (const AlertRecord& alert : record.alerts) {
    if (!matches(expectation, alert) || !alert.pending_at) continue;
    if (alert.resolved_at && *alert.resolved_at < earliest) continue;
    if (first == nullptr || *alert.pending_at < *first->pending_at) first = &alert;
  }
  return first;
}

std::string near(const Expectation& expectation, const Record& record, const promql::Queryable& series, Time from,
                 Time to) {
  const RuleRecord* rule = record.alerting_rule(expectation.fields.text("alert"));
  return rule == nullptr ? "no rule has this name" : near_miss(record, *rule, series, from, to);
}

std::string never(const Expectation& expectation, const Record& record, const promql::Queryable& series, Time from) {
  for (const AlertRecord& alert : record.alerts) {
    if (alert.alert != expectation.fields.text("alert") || !alert.pending_at || *alert.pending_at < from) continue;
    return format("it was pending from {} as {}, without the labels wanted", when(record, *alert.pending_at),
                  describe(alert));
  }
  std::string how = near(expectation, record, series, from, record.judged_to);
  return how.empty() ? "its expression never held, and the record keeps no series to tell how near it came" : how;
}

std::string what_came_of_it(const Record& record, const AlertRecord& alert) {
  if (alert.firing_at) return format("; it fired at {}", when(record, *alert.firing_at));
  if (!alert.resolved_at) return "; it was still pending when the run ended";
  return format("; it ended at {} without firing", when(record, *alert.resolved_at));
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  Outcome outcome;
  outcome.subject = fields.text("alert");
  outcome.expected = describe_alert(expectation) + " is pending";
  const auto since = resolve_since(expectation, record, record.incidents.empty() ? "start" : "injected");
  if (!since) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to count from";
    outcome.why = since.error();
    return outcome;
  }
  const bool limited = fields.has("within");
  const Time deadline = limited ? std::min(since->t + fields.duration("within"), record.judged_to) : record.judged_to;
  if (limited) {
    outcome.expected += format(" within {} of {}, by {}", describe_duration(fields.duration("within")), since->name,
                               when(record, deadline));
  }
  // Counting from a later step, an alert that came before it is early and not missing.
  const IncidentRecord* incident = incident_of(expectation, record);
  const Time earliest =
      incident != nullptr && incident->times.injected_at ? std::min(since->t, *incident->times.injected_at) : since->t;
  const AlertRecord* alert = first_pending(expectation, record, earliest);
  if (alert == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "was never pending";
    outcome.why = never(expectation, record, series, earliest);
    return outcome;
  }
  const Time pending = *alert->pending_at;
  outcome.observed = format("pending from {}, {} {} {}", when(record, pending),
                            describe_duration(std::max(pending - since->t, since->t - pending)),
                            pending < since->t ? "before" : "after", since->name) +
                     what_came_of_it(record, *alert);
  if (pending > deadline) {
    outcome.result = Verdict::fail;
    outcome.why = format("pending from {}, {} late", when(record, pending), describe_duration(pending - deadline));
    const std::string how = near(expectation, record, series, earliest, deadline);
    if (!how.empty()) outcome.why += "; by then " + how;
  } else if (pending < earliest) {
    outcome.result = Verdict::fail;
    outcome.why = "its expression held before the fault was injected, so the fault did not make it so";
  }
  return outcome;
}

}  // namespace

ExpectationKind expectations::alert_pending() {
  return {.name = "alert_pending",
          .doc =
              "The alert's expression begins to hold within the time given since the fault was injected (or since "
              "another step of the incident), whether or not it holds for long enough to fire: what a rule with a long "
              "`for` sees of a short fault. An alert that was pending before the fault was injected fails. Alerts that "
              "are expected here belong to the incident.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = true,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident
