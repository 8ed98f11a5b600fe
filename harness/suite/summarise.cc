#include "suite/summarise.h"

#include <algorithm>
#include <tuple>

#include "base/text/format.h"
#include "incident/notifications/pages.h"
#include "record/record.h"
#include "reports/alert_matrix.h"
#include "reports/junit_case.h"

namespace firedrill::suite {
namespace {

using record::AlertRecord;
using record::Record;
using record::Verdict;
using reports::AlertRow;
using reports::AlertState;
using reports::suite::Check;
using reports::suite::Incident;
using reports::suite::Page;
using reports::suite::ScenarioRun;
using reports::suite::Sight;
using scenario::LoadedScenario;

Position place_of_rule(const LoadedScenario& scenario, std::string_view alert) {
  for (const alerting::RuleFile& file : scenario.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (rule.alerting() && rule.name() == alert) return rule.alert->where;
      }
    }
  }
  return {};
}

void add_faults(const Record& record, const LoadedScenario& scenario, ScenarioRun& run) {
  for (const record::FaultRecord& fault : record.faults) {
    Check check;
    check.name = reports::junit::fault_case_name(fault.id);
    check.kind = fault.kind;
    check.expectation = false;
    check.outcome.expected = format("the symptom of {} on {} is measured in the traffic", fault.kind, fault.target);
    check.outcome.observed = fault.witness.what.empty() ? "nothing" : fault.witness.what;
    if (!fault.witness.seen_at) {
      check.outcome.result = Verdict::invalid;
      check.outcome.why = format("fault {} was not witnessed in the traffic", fault.id);
      run.faults_seen = false;
    }
    const auto entry = std::ranges::find(scenario.scenario.faults, fault.id, &scenario::FaultEntry::id);
    if (entry != scenario.scenario.faults.end()) check.where = entry->where;
    run.checks.push_back(std::move(check));
  }
}

void add_expectations(const Record& record, ScenarioRun& run) {
  for (const record::ExpectationRecord& judged : record.expectations) {
    Check check{judged.id, judged.kind, judged.outcome, run.file, true};
    const auto declared = std::ranges::find(record.declared.expectations, judged.id, &record::Expectation::id);
    // One that a scenario has without saying so stands nowhere.
    if (declared != record.declared.expectations.end()) check.where = declared->fields.where();
    run.checks.push_back(std::move(check));
  }
}

void add_incidents(const Record& record, ScenarioRun& run) {
  for (const record::IncidentRecord& judged : record.incidents) {
    Incident incident;
    incident.id = judged.id;
    incident.peak = judged.peak;
    incident.counts = judged.times.breached_at || judged.times.detected_at;
    const record::Measure* measure = judged.measure("ttd_injected");
    if (judged.times.detected_at && measure != nullptr && measure->value) {
      incident.detected_after = *measure->value;
      incident.alert = judged.detected_alert;
    }
    run.incidents.push_back(std::move(incident));
  }
}

// The alerts that pages are counted for, one for each page, as the false positive rate counts them.
std::vector<const AlertRecord*> paged_for(const Record& record) {
  std::vector<const AlertRecord*> alerts;
  if (record.alertmanager) {
    const incident::Activations activations(record);
    for (const events::Notification* page : incident::pages(record)) {
      const AlertRecord* alert = incident::counted_for(activations, *page);
      if (alert != nullptr) alerts.push_back(alert);
    }
    return alerts;
  }
  for (const AlertRecord& alert : record.alerts) {
    if (alert.is_page() && incident::is_counted(alert)) alerts.push_back(&alert);
  }
  return alerts;
}

void add_pages(const Record& record, const LoadedScenario& scenario, ScenarioRun& run) {
  for (const AlertRecord* alert : paged_for(record)) {
    const auto known = std::ranges::find_if(
        run.pages, [&](const Page& page) { return page.alert == alert->alert && page.incident == alert->incident; });
    if (known != run.pages.end()) {
      ++known->times;
    } else {
      run.pages.push_back({alert->alert, alert->incident, 1, place_of_rule(scenario, alert->alert)});
    }
  }
  std::ranges::sort(run.pages, {}, [](const Page& page) { return std::tie(page.alert, page.incident); });
}

Sight sight_of(AlertState state) {
  switch (state) {
    case AlertState::fired:
    case AlertState::lingering:  // in time; that it was not over in time is told by the expectation
    case AlertState::mishandled:
    case AlertState::related:
      return Sight::caught;
    case AlertState::pending:
      return Sight::pending;
    case AlertState::late:
      return Sight::late;
    case AlertState::early:
    case AlertState::dropped:
    case AlertState::missed:
      return Sight::missed;
    case AlertState::unexpected:
    case AlertState::spurious:
      return Sight::spurious;
    case AlertState::excepted:
      return Sight::excepted;
    case AlertState::unjudged:
      return Sight::unjudged;
  }
  return Sight::quiet;
}

void add_alerts(const Record& record, ScenarioRun& run) {
  for (const record::RuleRecord& rule : record.rules) {
    if (!rule.alerting) continue;
    const bool blind = rule.vacuous() || rule.evaluations == 0;
    Sight& sight = run.alerts[rule.name];
    sight = std::max(sight, blind ? Sight::no_data : Sight::quiet);
  }
  for (const AlertRow& row : reports::alert_matrix(record)) {
    Sight& sight = run.alerts[row.alert];
    sight = std::max(sight, sight_of(row.state));
  }
}

}  // namespace

ScenarioRun summarise(const Record& record, const LoadedScenario& scenario, const Position& file) {
  ScenarioRun run;
  run.file = file;
  run.scenario = record.scenario;
  run.summary = record.summary;
  run.seed = record.seed;
  run.verdict = record.verdict;
  run.verdict_why = record.verdict_why;
  run.command = record.command;
  run.started = record.started;
  add_faults(record, scenario, run);
  add_expectations(record, run);
  add_incidents(record, run);
  add_pages(record, scenario, run);
  add_alerts(record, run);
  return run;
}

}  // namespace firedrill::suite
