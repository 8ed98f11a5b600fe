#include "reports/postmortem_lessons.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/incidents/incidents.h"
#include "incident/measures/measures.h"
#include "record/clock.h"
#include "reports/expectation_words.h"
#include "reports/incident_words.h"
#include "reports/response.h"
#include "reports/words.h"

namespace firedrill::reports {
namespace {

using record::ExpectationRecord;
using record::IncidentRecord;
using record::Record;
using record::SeverityLevel;
using record::Verdict;

bool speaks_of_any(const Record& record, const ExpectationRecord& expectation) {
  return std::ranges::any_of(record.incidents,
                             [&](const IncidentRecord& incident) { return speaks_of(record, incident, expectation); });
}

// What an expectation looks at begins only once the incident is over: how it goes then is no part of the response.
bool is_of_later(const Record& record, const IncidentRecord& incident, const ExpectationRecord& expectation) {
  const auto wanted = std::ranges::find(record.declared.expectations, expectation.id, &record::Expectation::id);
  if (wanted == record.declared.expectations.end() || !incident.times.resolved_at) return false;
  const Duration begins = std::max(wanted->fields.duration("from"), wanted->fields.duration("at"));
  return record.judged_from + begins > *incident.times.resolved_at;
}

// A time that was to be long, or that is late by the default target though the scenario expected no better, did not go
// well because it was expected.
bool went_well(const Record& record, const IncidentRecord& incident, const ExpectationRecord& expectation) {
  if (expectation.kind != "measure") return true;
  const auto wanted = std::ranges::find(record.declared.expectations, expectation.id, &record::Expectation::id);
  return wanted != record.declared.expectations.end() && wanted->fields.has("at_most") &&
         standing_of(record, incident, wanted->fields.text("measure")).standing <= Standing::good;
}

void add_expectations(const Record& record, const IncidentRecord& incident, bool first, Lessons& lessons) {
  for (const ExpectationRecord& expectation : record.expectations) {
    const bool about = speaks_of(record, incident, expectation);
    if (!about && (!first || speaks_of_any(record, expectation))) continue;
    if (expectation.outcome.result == Verdict::pass) {
      if (went_well(record, incident, expectation) && !is_of_later(record, incident, expectation))
        lessons.well.push_back(sentence_case(met_in_words(record, expectation)));
      continue;
    }
    lessons.wrong.push_back(sentence_case(unmet_in_words(record, expectation)));
    lessons.actions.push_back({*incident.peak, remedy_in_words(record, expectation)});
  }
}

// What was late by the targets that hold for every run, whatever the scenario expects of it.
void add_late_times(const Record& record, const IncidentRecord& incident, Lessons& lessons) {
  for (const auto& spec : incident::measure_specs()) {
    const record::Measure* measure = incident.measure(spec.name);
    const TimeStanding standing = standing_of(record, incident, spec.name);
    if (measure == nullptr) continue;
    const bool told = standing.expected.exceeded_by(*measure);
    if (standing.standing <= Standing::good || told) continue;
    const std::string target = standing.default_target ? format("; less than {} is the target",
                                                                describe_duration(standing.default_target->target))
                                                       : "";
    lessons.wrong.push_back(
        format("{}: {}, {}{}", sentence_case(std::string(spec.title)), measure->text, standing.state, target));
    if (incident.detected_by == "nobody" && spec.name == "ttd") continue;  // has an action of its own
    lessons.actions.push_back(
        {*incident.peak, format("Shorten the {}: it was {}{}", spec.title, measure->text, target)});
  }
}

// Who was paged did not answer before the next one was. Whoever hands a page on has answered it.
std::string unanswered(const Record& record, const IncidentRecord& incident, const events::Event& event) {
  const std::string reason = event.text("reason");
  if (event.kind != events::EventKind::oncall_escalated || reason.ends_with("hands it on")) return "";
  if (!incident::concerns(record, incident, event)) return "";
  return format("The page went on to {} at {}{}{}", event.subject, clock_of(record, event.t),
                reason.empty() ? "" : ": ", reason);
}

std::string in_vain(const Record& record, const IncidentRecord& incident, const events::Event& event) {
  if (event.kind != events::EventKind::action_ineffective || !is_about(event, record, incident)) return "";
  const std::string reason = event.text("reason");
  return format("The action \"{}\" did not help{}{}, seen at {}", event.subject, reason.empty() ? "" : ": ", reason,
                clock_of(record, event.t));
}

void add_people(const Record& record, const IncidentRecord& incident, Lessons& lessons) {
  const auto opened = incident::opened_at(incident);
  if (!record.on_call || !opened) return;
  const Time from = incident.times.injected_at.value_or(*opened);
  const Time to = incident.times.resolved_at.value_or(record.judged_to);
  for (const events::Event& event : record.timeline) {
    if (event.t < from || event.t > to) continue;
    std::string what = unanswered(record, incident, event);
    if (what.empty()) what = in_vain(record, incident, event);
    if (!what.empty()) lessons.wrong.push_back(std::move(what));
  }
}

void add_undetected(const IncidentRecord& incident, Lessons& lessons) {
  if (incident.detected_by != "nobody") return;
  const bool sign = incident.times.first_sign_at.has_value();
  const std::string_view broken = incident.thresholds_crossed  ? "a severity threshold was crossed"
                                  : incident.times.breached_at ? "the objective was missed"
                                                               : "it opened";
  lessons.actions.push_back(
      {*incident.peak, format("{}: {} and {}", sign ? "Let an alert of this page" : "Add an alert that sees this",
                              broken, sign ? "what fired paged nobody" : "no alert of it fired")});
}

}  // namespace

Lessons lessons_of(const Record& record, const IncidentRecord& incident, bool first) {
  Lessons lessons;
  add_expectations(record, incident, first, lessons);
  add_late_times(record, incident, lessons);
  add_people(record, incident, lessons);
  if (first) {
    for (const auto& rule : record.rules) {
      if (!rule.alerting || !rule.vacuous()) continue;
      lessons.actions.push_back({SeverityLevel::p1, format("Repair the rule {}: no series matches {}", rule.name,
                                                           rule.empty_selectors.front())});
    }
  }
  add_undetected(incident, lessons);
  if (incident.thresholds_crossed) {
    lessons.actions.push_back({*incident.peak, "Add an SLO that misses its objective then: none had by that minute"});
  }
  return lessons;
}

}  // namespace firedrill::reports
