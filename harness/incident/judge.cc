#include "incident/judge.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/bounds/activity.h"
#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/paging.h"
#include "incident/course/course.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "incident/expressions.h"
#include "incident/incidents/breaches.h"
#include "incident/incidents/incidents.h"
#include "incident/left_open.h"
#include "incident/measures/measures.h"
#include "incident/people/communication.h"
#include "incident/people/shifts.h"
#include "incident/queries.h"
#include "incident/slo/burn_alerts.h"
#include "incident/slo/error_budget.h"
#include "incident/truth.h"
#include "record/numbers.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::array kDerived{events::EventKind::slo_breached,     events::EventKind::slo_recovered,
                              events::EventKind::severity_changed, events::EventKind::incident_opened,
                              events::EventKind::incident_closed,  events::EventKind::communication_missed};

// Where there is an Alertmanager it decides who hears of an alert, else its labels do.
void mark_pages(Record& record) {
  if (record.alertmanager) {
    for (AlertRecord& alert : record.alerts) {
      alert.pages = alert.receivers && std::ranges::any_of(*alert.receivers, [&](const std::string& receiver) {
                      return contains(record.alertmanager->paging, receiver);
                    });
    }
    return;
  }
  const std::vector<model::Matcher> paging = paging_matchers(record.declared);
  for (AlertRecord& alert : record.alerts) {
    alert.pages = std::ranges::all_of(
        paging, [&](const model::Matcher& matcher) { return matcher.matches(alert.labels.get(matcher.name())); });
  }
}

// After each injection that may break it, an objective is missed as its incident says: from the first minute on.
std::vector<Breach> breaches_of(const Record& record, const Slo& slo) {
  std::vector<Time> since{record.judged_from};
  for (const IncidentRecord& incident : record.incidents) {
    if (incident.times.injected_at && !of_telemetry_alone(record, incident) &&
        contains(slos_of(record, incident), &slo))
      since.push_back(*incident.times.injected_at);
  }
  std::ranges::sort(since);
  const Slo* const one[] = {&slo};
  return breaches(record, one, since);
}

void judge_slos(Record& record) {
  record.slos.clear();
  const std::size_t minutes = minute_count(record);
  for (const Slo& slo : record.declared.slos) {
    SloRecord judged;
    judged.name = slo.name;
    judged.budget = slo.budget();
    if (minutes > 0) {
      const ErrorBudget budget(record, slo);
      judged.count = budget.count(minutes - 1, record.judged_to - record.judged_from);
      const auto found = breaches_of(record, slo);
      if (!found.empty()) judged.breached_at = found.front().from;
      judged.worst_burn_rate = budget.worst(1min).rate;
      judged.budget_left = budget.left(minutes - 1);
      judged.burned = from_seconds(to_seconds(judged.budget) * (1 - judged.budget_left));
      for (const Duration window : kBurnWindows) {
        const ErrorBudget::Worst worst = budget.worst(window);
        judged.worst_burn_rates.push_back({window, worst.rate, worst.at});
      }
    }
    record.slos.push_back(std::move(judged));
  }
}

void add_slo_events(const Record& record, std::vector<events::Event>& events) {
  for (const Slo& slo : record.declared.slos) {
    for (const Breach& breach : breaches_of(record, slo)) {
      const std::size_t minute = minute_at(record, breach.from);
      events::Event event{breach.from, events::EventKind::slo_breached, slo.name, {}};
      event.with("service", slo.service).with("sli", sli_count(record, slo, {minute, minute}).ratio());
      events.push_back(event.with("objective", slo.objective));
      if (breach.to) events.push_back({*breach.to, events::EventKind::slo_recovered, slo.name, {}});
    }
  }
}

std::string reason_to_open(const IncidentRecord& incident, bool broken, bool detected) {
  if (!broken) return detected ? "it was detected" : "an alert of it fired, which paged nobody yet";
  if (!incident.thresholds_crossed) return "the SLO is missed";
  return format("no SLO is missed so far, a severity threshold is crossed: {}", *incident.thresholds_crossed);
}

void add_incident_events(const IncidentRecord& incident, std::vector<events::Event>& events) {
  const auto opened = opened_at(incident);
  if (!opened) return;
  const bool broken = incident.times.breached_at == opened;
  events::Event open{*opened, events::EventKind::incident_opened, incident.id, {}};
  const bool detected = !broken && incident.times.detected_at == opened;
  open.with("detected_by", detected ? incident.detected_by : std::string("not yet"));
  events.push_back(open.with("reason", reason_to_open(incident, broken, detected)));
  std::string was;
  for (const SeverityChange& change : incident.severity) {
    events::Event event{change.t, events::EventKind::severity_changed, incident.id, {}};
    event.with("severity", std::string(to_string(change.level))).with("was", was).with("reason", change.why);
    was = to_string(change.level);
    events.push_back(std::move(event));
  }
  if (!incident.times.resolved_at) return;
  events::Event closed{*incident.times.resolved_at, events::EventKind::incident_closed, incident.id, {}};
  events.push_back(closed.with("detected_by", incident.detected_by));
}

void derive_events(Record& record) {
  std::erase_if(record.timeline, [](const events::Event& event) { return contains(kDerived, event.kind); });
  add_slo_events(record, record.timeline);
  for (const IncidentRecord& incident : record.incidents) add_incident_events(incident, record.timeline);
  for (const IncidentRecord& incident : record.incidents) add_missed_posts(incident, record.timeline);
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
}

std::string free_id(const Record& record, std::string wanted) {
  while (std::ranges::any_of(record.declared.expectations, [&](const auto& e) { return e.id == wanted; }))
    wanted += "_";
  return wanted;
}

void judge_expectations(Record& record, const promql::Queryable& series) {
  record.expectations.clear();
  if (record.drill) return;
  std::vector<Expectation> all = record.declared.expectations;
  const bool says = std::ranges::any_of(all, [](const Expectation& e) { return e.kind == "no_other_alerts"; });
  if (!says) all.push_back({free_id(record, "no_other_alerts"), "no_other_alerts", {}});
  for (const Expectation& expectation : all) {
    const ExpectationKind* kind = find_expectation_kind(expectation.kind);
    const Position& where = expectation.fields.where();
    std::optional<Activity> activity;
    where.source != nullptr ? activity.emplace(where) : activity.emplace("judging an expectation");
    Outcome outcome;
    if (kind != nullptr) {
      outcome = kind->evaluate(expectation, record, series);
    } else {
      outcome = {Verdict::invalid,
                 "a known kind of expectation",
                 "not evaluated",
                 format("this version knows no expectation '{}'", expectation.kind),
                 {}};
    }
    if (record.cut_short || record.unseen) leave_open(record, expectation, outcome);
    record.expectations.push_back({expectation.id, expectation.kind, std::move(outcome)});
  }
}

std::size_t count(const Record& record, Verdict result) {
  return static_cast<std::size_t>(
      std::ranges::count_if(record.expectations, [&](const auto& e) { return e.outcome.result == result; }));
}

// How much of the run that was planned the verdict is about, before why it is what it is.
void say_how_far(Record& record) {
  if (record.unseen) record.verdict_why = format("{}; {}", unseen_from(record), record.verdict_why);
  if (!record.cut_short) return;
  // In the warm-up, or just behind it: `judged_to` is no earlier than where the judged part begins.
  if (record.judged_to <= record.judged_from) {
    record.verdict_why = format("the run was cut short before anything was judged ({})", record.cut_short->why);
    return;
  }
  record.verdict_why = format("the run was cut short at {}, {} before its end ({}); {}", when(record, record.judged_to),
                              describe_duration(record.cut_short->planned_to - record.judged_to), record.cut_short->why,
                              record.verdict_why);
}

void decide_by_expectations(Record& record) {
  std::vector<const FaultRecord*> unseen;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.witness.seen_at) unseen.push_back(&fault);
  }
  const std::size_t failed = count(record, Verdict::fail);
  const std::size_t invalid = count(record, Verdict::invalid);
  const std::size_t all = record.expectations.size();
  if (!unseen.empty()) {
    record.verdict = Verdict::invalid;
    const std::string& what = unseen.front()->witness.what;
    const std::string why = what.empty() ? what : format(": {}", what);
    record.verdict_why =
        unseen.size() == 1
            ? format("fault {} was not witnessed in the traffic, so the drill shows nothing{}", unseen.front()->id, why)
            : format("{} faults were not witnessed in the traffic, {} the first of them{}", unseen.size(),
                     unseen.front()->id, why);
  } else if (failed > 0) {
    record.verdict = Verdict::fail;
    record.verdict_why = all == 1 ? "the one expectation failed" : format("{} of {} expectations failed", failed, all);
  } else if (invalid > 0) {
    record.verdict = Verdict::invalid;
    record.verdict_why = all == 1 ? "the one expectation could not be judged"
                                  : format("{} of {} expectations could not be judged", invalid, all);
  } else if (record.cut_short || record.unseen) {
    record.verdict = Verdict::invalid;
    record.verdict_why = "what was expected until then was met";
  } else {
    record.verdict = Verdict::pass;
    record.verdict_why = all == 1 ? "the one expectation was met" : format("all {} expectations were met", all);
  }
  say_how_far(record);
}

}  // namespace

namespace {

// `from`, `to` and `at`, whatever the kind.
void check_span(const Fields& fields, const KnownNames& names, Diagnostics& diagnostics) {
  for (const std::string_view name : {"from", "to", "at"}) {
    const FieldValue* value = fields.find(name);
    const Duration* t = value != nullptr ? std::get_if<Duration>(value) : nullptr;
    if (t == nullptr || names.duration <= 0ms) continue;
    const bool beyond = name == "from" ? *t >= names.duration : *t > names.duration;
    if (!beyond) continue;
    diagnostics.push_back(
        {Severity::error, fields.where(name),
         format("`{}` is {}, and the run ends at {}", name, format_duration(*t), format_duration(names.duration)),
         format("`{}` counts from the end of the warm-up; take an earlier time, or raise `duration`", name)});
  }
  if (fields.has("from") && fields.has("to") && fields.duration("to") <= fields.duration("from")) {
    diagnostics.push_back(
        {Severity::error, fields.where("to"), "`to` is not later than `from`", "exchange them, or leave one out"});
  }
}

// An alert's `severity` is short for the label of that name.
void check_severity_label(const Fields& fields, Diagnostics& diagnostics) {
  if (!fields.has("severity") || !fields.has("labels")) return;
  const auto labels = fields.text_map("labels");
  const auto label = labels.find("severity");
  if (label == labels.end() || label->second == fields.text("severity")) return;
  diagnostics.push_back({Severity::error, fields.where("severity"),
                         format("`severity` is '{}', and `labels` says '{}'", fields.text("severity"), label->second),
                         "`severity` is short for the label; give it once"});
}

}  // namespace

void decide(Record& record) {
  if (!record.drill) return decide_by_expectations(record);
  const DrillRecord& drill = *record.drill;
  record.verdict = Verdict::scored;
  record.verdict_why = drill.score.empty() ? std::string("it was worked, and not scored")
                                           : format("{:.0f} of {:.0f} points", drill.points(), drill.most());
}

void judge(Record& record, const promql::Queryable& series) {
  round_numbers(record);
  parse_rules(record);
  mark_pages(record);
  build_incidents(record);
  attribute_alerts(record);
  complete_incidents(record);
  judge_communication(record);
  record.shifts = shifts_of(record);
  judge_slos(record);
  derive_events(record);
  record.kpis = key_metrics(record);
  record.course = course_of(record);
  record.queries = evaluate_queries(record, series);
  judge_expectations(record, series);
  decide(record);
  round_numbers(record);
}

void judge(Record& record, Criteria declared, const promql::Queryable& series) {
  record.declared = std::move(declared);
  judge(record, series);
}

void check(const Criteria& declared, const KnownNames& given, Diagnostics& diagnostics) {
  KnownNames names = given;
  if (declared.published) {
    check_published(*declared.published, names, diagnostics);
    names.compares_course =
        std::ranges::any_of(declared.published->times, [](const auto& time) { return time.here.has_value(); });
  }
  std::set<std::string, std::less<>> ids;
  for (const Expectation& expectation : declared.expectations) {
    if (!ids.insert(expectation.id).second) {
      diagnostics.push_back({Severity::error, expectation.fields.where("id"),
                             format("two expectations have the id '{}'", expectation.id),
                             "give each an id of its own"});
    }
    const ExpectationKind* kind = find_expectation_kind(expectation.kind);
    if (kind == nullptr) {
      std::vector<std::string> known;
      for (const ExpectationKind& row : expectation_kinds()) known.emplace_back(row.name);
      diagnostics.push_back({Severity::error, expectation.fields.where("kind"),
                             format("unknown expectation '{}'", expectation.kind), suggest(expectation.kind, known)});
    } else {
      check_span(expectation.fields, names, diagnostics);
      check_severity_label(expectation.fields, diagnostics);
      kind->check(expectation, names, diagnostics);
    }
  }
}

}  // namespace firedrill::incident
