// alert_firing: this alert fires, in time, and is resolved in time.
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
    FieldSpec{.name = "resolved_within",
              .type = FieldType::duration,
              .doc = "How long after the fault's end it is resolved; without an incident, after it fired."},
};

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_known(expectation, "alert", "alert", names.alerts, diagnostics);
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
}

// The first activation that counts: matching, and not over before the time it counts from.
const AlertRecord* first_firing(const Expectation& expectation, const Record& record, Time earliest) {
  const AlertRecord* first = nullptr;
  for (const AlertRecord& alert : record.alerts) {
    if (!matches(expectation, alert) || !fires_in(alert, earliest, record.judged_to)) continue;
    if (first == nullptr || *alert.firing_at < *first->firing_at) first = &alert;
  }
  return first;
}

std::string never_fired(const Expectation& expectation, const Record& record, const promql::Queryable& series,
                        Since since, Time deadline) {
  for (const AlertRecord& alert : record.alerts) {
    if (alert.alert != expectation.fields.text("alert") || !fires_in(alert, since.t, record.judged_to)) continue;
    return format("it fired at {} as {}, without the labels wanted", when(record, *alert.firing_at), describe(alert));
  }
  const RuleRecord* rule = record.alerting_rule(expectation.fields.text("alert"));
  if (rule == nullptr) return "no rule has this name";
  std::string near = near_miss(record, *rule, series, since.t, deadline);
  for (const AlertRecord& alert : record.alerts) {
    if (!matches(expectation, alert) || alert.firing_at || !alert.pending_at || *alert.pending_at < since.t) continue;
    return format("it was pending from {}{}, and `for` asks for {}{}", when(record, *alert.pending_at),
                  alert.resolved_at ? " for " + describe_duration(*alert.resolved_at - *alert.pending_at) : "",
                  describe_duration(rule->hold), near.empty() ? "" : "; " + near);
  }
  return near.empty() ? "its expression never held, and the record keeps no series to tell how near it came" : near;
}

std::string late(const AlertRecord& alert, const Record& record, const promql::Queryable& series, Since since,
                 Time deadline) {
  std::string why =
      format("fired at {}, {} late", when(record, *alert.firing_at), describe_duration(*alert.firing_at - deadline));
  const RuleRecord* rule = record.alerting_rule(alert.alert);
  if (rule == nullptr) return why;
  if (alert.pending_at && *alert.pending_at <= deadline) {
    return why + format("; its expression held from {} on, and `for` asks for {}", when(record, *alert.pending_at),
                        describe_duration(rule->hold));
  }
  const std::string near = near_miss(record, *rule, series, since.t, deadline);
  return near.empty() ? why : why + "; by then " + near;
}

// Empty if it was resolved in time, or need not be.
std::string not_resolved(const Expectation& expectation, const Record& record, const AlertRecord& alert) {
  if (!expectation.fields.has("resolved_within")) return {};
  Expectation end = expectation;
  end.fields.set("since", std::string("recovered"), expectation.fields.where());
  const auto recovered = resolve_since(end, record, "recovered");
  const Time from = recovered ? std::max(recovered->t, *alert.firing_at) : *alert.firing_at;
  const Time deadline = from + expectation.fields.duration("resolved_within");
  if (alert.resolved_at && *alert.resolved_at <= deadline) return {};
  if (!alert.resolved_at) return format("it was still firing when the run ended, {}", when(record, record.judged_to));
  return format("it was resolved at {}, {} late", when(record, *alert.resolved_at),
                describe_duration(*alert.resolved_at - deadline));
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  Outcome outcome;
  outcome.subject = fields.text("alert");
  outcome.expected = describe_alert(expectation) + " fires";
  const auto since = resolve_since(expectation, record, record.incidents.empty() ? "start" : "injected");
  if (!since) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to count from";
    outcome.why = since.error();
    return outcome;
  }
  const Time deadline =
      fields.has("within") ? std::min(since->t + fields.duration("within"), record.judged_to) : record.judged_to;
  if (fields.has("within")) {
    outcome.expected += format(" within {} of {}, by {}", describe_duration(fields.duration("within")), since->name,
                               when(record, deadline));
  }
  if (fields.has("resolved_within")) {
    outcome.expected += format("; resolved within {}", describe_duration(fields.duration("resolved_within")));
  }
  // Counting from a later step, an alert that came before it is early and not missing.
  const IncidentRecord* incident = incident_of(expectation, record);
  const Time earliest =
      incident != nullptr && incident->times.injected_at ? std::min(since->t, *incident->times.injected_at) : since->t;
  const AlertRecord* alert = first_firing(expectation, record, earliest);
  if (alert == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "did not fire";
    outcome.why = never_fired(expectation, record, series, *since, deadline);
    return outcome;
  }
  outcome.observed = format("fired at {}, {} {} {}", when(record, *alert->firing_at),
                            describe_duration(std::max(*alert->firing_at - since->t, since->t - *alert->firing_at)),
                            *alert->firing_at < since->t ? "before" : "after", since->name);
  if (*alert->firing_at > deadline) {
    outcome.result = Verdict::fail;
    outcome.why = late(*alert, record, series, *since, deadline);
  } else if (*alert->firing_at < earliest) {
    outcome.result = Verdict::fail;
    outcome.why = "it was firing before the fault was injected, so it cannot have detected it";
  } else if (alert->held_back_by == kDroppedByRelabelling) {
    outcome.result = Verdict::fail;
    outcome.why = format("{} dropped it, so that nobody heard of it", alert->held_back_by);
  } else if (std::string slow = not_resolved(expectation, record, *alert); !slow.empty()) {
    outcome.result = Verdict::fail;
    outcome.why = std::move(slow);
  }
  if (alert->resolved_at) outcome.observed += format("; resolved at {}", when(record, *alert->resolved_at));
  return outcome;
}

}  // namespace

ExpectationKind expectations::alert_firing() {
  return {.name = "alert_firing",
          .doc =
              "The alert fires with these labels among its own, within the time given since the fault was injected (or "
              "since another step of the incident), and is resolved in time. An alert that was firing before the fault "
              "was injected has detected nothing and fails. Alerts that are expected here belong to the incident.",
          .common = kCommon,
          .own = kOwn,
          .names_alert = true,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident
