// alert_firing: this alert fires, in time, and is resolved in time.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/alerts/alert_labels.h"
#include "incident/alerts/alert_match.h"
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
    FieldSpec{.name = "resolved_within",
              .type = FieldType::duration,
              .doc = "How long after the fault's end it is resolved; without an incident, after it fired."},
};

std::string late(const Expectation& expectation, const AlertRecord& alert, const Record& record,
                 const promql::Queryable& series, const AlertWindow& window) {
  std::string why = format("fired at {}, {} late", when(record, *alert.firing_at),
                           describe_duration(*alert.firing_at - window.deadline));
  const RuleRecord* rule = rule_for(expectation, record);
  if (rule == nullptr) return why;
  if (alert.pending_at && *alert.pending_at <= window.deadline) {
    return why + format("; its expression held from {} on, and `for` asks for {}", when(record, *alert.pending_at),
                        describe_duration(rule->hold));
  }
  const std::string near = how_near(expectation, record, series, window.since.t, window.deadline);
  return near.empty() ? why : why + "; by then " + near;
}

// "; before that it fired, for the last time at ...": of one that had fired and was over before what it is counted
// from.
std::string fired_before(const Expectation& expectation, const Record& record, const AlertWindow& window) {
  const AlertRecord* last = nullptr;
  for (const AlertRecord& alert : record.alerts) {
    if (!alert.firing_at || !matches(expectation, alert) || *alert.firing_at >= window.earliest) continue;
    if (last == nullptr || *alert.firing_at > *last->firing_at) last = &alert;
  }
  if (last == nullptr || !last->resolved_at) return {};
  return format(" since {}; it had fired at {} and was over at {}", window.since.name, when(record, *last->firing_at),
                when(record, *last->resolved_at));
}

// Empty if it was resolved in time, or need not be.
std::string not_resolved(const Expectation& expectation, const Record& record, const AlertRecord& alert) {
  if (!expectation.fields.has("resolved_within")) return {};
  Expectation end = expectation;
  end.fields.set("since", std::string("recovered"), expectation.fields.where());
  const auto recovered = resolve_since(end, record, "recovered");
  const Time from = recovered ? std::max(recovered->t, *alert.firing_at) : *alert.firing_at;
  const Time deadline = from + expectation.fields.duration("resolved_within");
  const auto over = alert.over_at();
  if (over && *over <= deadline) return {};
  if (!over && alerts_unseen(record))
    return format("it was still firing when it was last seen, {}", when(record, record.unseen->from));
  if (!over) return format("it was still firing when the run ended, {}", when(record, record.judged_to));
  return format("it was {}, {} late", describe_end(record, alert), describe_duration(*over - deadline));
}

// It fired in time, and nobody heard of it, or only too late. Empty if somebody did.
std::string not_received(const Record& record, const AlertRecord& alert, const AlertWindow& window) {
  if (alert.held(HoldKind::dropped)) {
    return format("{} dropped it, so that nobody heard of it", alert.held_back.front().by);
  }
  if (!alert.held(HoldKind::lost)) return {};
  if (!alert.received_at) return "none of its sends reached Alertmanager, so that nobody heard of it";
  if (*alert.received_at <= window.deadline) return {};
  return format("it was lost on its way until {}, so that it was heard of {} late", when(record, *alert.received_at),
                describe_duration(*alert.received_at - window.deadline));
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  Outcome outcome;
  outcome.subject = fields.text("alert");
  outcome.expected = describe_alert(expectation) + " fires";
  const auto window = alert_window(expectation, record, outcome);
  if (!window) return outcome;
  if (fields.has("resolved_within")) {
    outcome.expected += format("; resolved within {}", describe_duration(fields.duration("resolved_within")));
  }
  const AlertRecord* alert = first_to_reach(expectation, record, &AlertRecord::firing_at, window->earliest);
  if (alert == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "did not fire" + fired_before(expectation, record, *window);
    outcome.why = why_not_reached(expectation, record, series, &AlertRecord::firing_at, "fired at", window->since.t,
                                  window->deadline);
    return outcome;
  }
  const Time fired = *alert->firing_at;
  outcome.observed = format("fired at {}, {}", when(record, fired), distance_from(window->since, fired));
  if (std::string other = why_not_meant(expectation, record, *alert, &AlertRecord::firing_at, *window,
                                        "it was firing before the fault was injected, so it cannot have detected it");
      !other.empty()) {
    outcome.result = Verdict::fail;
    outcome.why = std::move(other);
  } else if (fired > window->deadline) {
    outcome.result = Verdict::fail;
    outcome.why = late(expectation, *alert, record, series, *window);
  } else if (std::string lost = not_received(record, *alert, *window); !lost.empty()) {
    outcome.result = Verdict::fail;
    outcome.why = std::move(lost);
  } else if (std::string slow = not_resolved(expectation, record, *alert); !slow.empty()) {
    outcome.result = Verdict::fail;
    outcome.why = std::move(slow);
  }
  if (alert->over_at()) outcome.observed += "; " + describe_end(record, *alert);
  return outcome;
}

}  // namespace

ExpectationKind alert_firing() {
  return {
      .name = "alert_firing",
      .doc =
          "The alert fires with these labels among its own, within the time given since the fault was injected (or "
          "since another step of the incident), and is resolved in time. An alert that was firing before the fault "
          "was injected has detected nothing and fails; so does one that was firing before the step that it is "
          "counted from, unless that is the breach, ahead of which an alert is early. Alerts that are expected here "
          "belong to the incident; with `incident`, only what the record gives to that one counts.",
      .common = kCommon,
      .own = kOwn,
      .names_alert = true,
      .check = check_alert,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
