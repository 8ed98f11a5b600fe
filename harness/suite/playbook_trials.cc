#include "suite/playbook_trials.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"
#include "driver/run.h"
#include "incident/incidents/incidents.h"
#include "scenario/people/follower.h"
#include "scenario/people/team.h"
#include "scenario/playbooks.h"

namespace firedrill::suite {
namespace {

using events::EventKind;
using Outcome = PlaybookTrial::Outcome;

// What gets better by chance at another minute is no success.
constexpr Duration kSooner = 1min;

// The alerts that lead to a playbook.
std::set<std::string> alerts_of(const oncall::Playbook& playbook, const scenario::LoadedScenario& scenario) {
  std::set<std::string> alerts;
  for (const oncall::PlaybookUse& use : scenario::playbook_uses(scenario.rule_files)) {
    if (use.playbook == playbook.name) alerts.insert(use.alert);
  }
  return alerts;
}

bool has_fired(const record::Record& record, const std::set<std::string>& alerts) {
  return std::ranges::any_of(
      record.alerts, [&](const record::AlertRecord& each) { return each.firing_at && alerts.contains(each.alert); });
}

// The scenario without its own people, and judged by nothing.
scenario::LoadedScenario bare(const scenario::LoadedScenario& scenario, const std::set<std::string>& alerts) {
  scenario::LoadedScenario out = scenario;
  out.alertmanager.reset();
  out.team.reset();
  out.declared.expectations.clear();
  std::string names;
  for (const std::string& alert : alerts) names += (names.empty() ? "" : "|") + alert;
  out.declared.paging = {format("alertname=~\"{}\"", names)};
  std::erase_if(out.faults, [](const auto& fault) { return fault.kind->alertmanager; });
  std::erase_if(out.scenario.faults, [&](const scenario::FaultEntry& entry) {
    return std::ranges::none_of(out.faults, [&](const auto& fault) { return fault.id == entry.id; });
  });
  return out;
}

record::Record record_of(const scenario::LoadedScenario& scenario, std::uint64_t seed, Budget* budget) {
  driver::Run run(scenario, {.seed = seed, .keep = driver::Keep::none, .budget = budget});
  run.advance_to(run.end());
  return run.finish().record;
}

// The incident of the first page; null: of none.
const record::IncidentRecord* incident_of(const record::Record& record) {
  for (const events::Event& event : record.timeline) {
    if (event.kind != EventKind::oncall_paged) continue;
    for (const record::IncidentRecord& incident : record.incidents) {
      if (incident::concerns(record, incident, event)) return &incident;
    }
  }
  return nullptr;
}

std::optional<Duration> mitigation(const record::IncidentRecord& incident) {
  const record::Measure* measure = incident.measure("ttm");
  return measure == nullptr || measure->censored ? std::nullopt : measure->value;
}

std::vector<PlaybookTrial::Step> steps_of(const record::Record& record) {
  std::vector<PlaybookTrial::Step> steps;
  for (const events::Event& event : record.timeline) {
    if (event.kind == EventKind::action_taken) {
      steps.push_back({format("{} {}", event.subject, event.text("target")), std::nullopt, {}});
    }
    const bool helped = event.kind == EventKind::action_effective;
    if (!helped && event.kind != EventKind::action_ineffective) continue;
    auto step = std::ranges::find_if(
        steps, [&](const PlaybookTrial::Step& each) { return each.action == event.subject && !each.helped; });
    // What the world refuses was never begun.
    if (step == steps.end()) step = steps.insert(steps.end(), PlaybookTrial::Step{event.subject, std::nullopt, {}});
    step->helped = helped;
    step->why = event.text("reason");
  }
  return steps;
}

bool was_paged(const record::Record& record) {
  return std::ranges::any_of(record.timeline,
                             [](const events::Event& event) { return event.kind == EventKind::oncall_paged; });
}

bool is_over_before_steps(const record::Record& record, const record::IncidentRecord& incident) {
  const auto first = std::ranges::find(record.timeline, EventKind::action_taken, &events::Event::kind);
  const auto over = incident.times.mitigated_at;
  return over && (first == record.timeline.end() || *over <= first->t);
}

// `can_act`: there are steps that can be taken.
void judge(const record::Record& followed, const record::Record& alone, bool can_act, PlaybookTrial& trial) {
  trial.steps = steps_of(followed);
  if (!was_paged(followed)) return;
  trial.outcome = Outcome::nothing_broke;
  const record::IncidentRecord* incident = incident_of(followed);
  const record::IncidentRecord* same = incident == nullptr ? nullptr : alone.incident(incident->id);
  const auto broke = [](const record::IncidentRecord* each) { return each != nullptr && each->times.breached_at; };
  if (!broke(incident) && !broke(same)) return;
  trial.incident = incident->id;
  trial.breaks_by_itself = broke(same);
  trial.mitigated_after = mitigation(*incident);
  if (same != nullptr) trial.by_itself = mitigation(*same);
  trial.outcome = can_act ? Outcome::vain : Outcome::nothing_to_do;
  const bool helped =
      std::ranges::any_of(trial.steps, [](const PlaybookTrial::Step& step) { return step.helped.value_or(false); });
  if (helped && !broke(incident)) trial.outcome = Outcome::prevented;
  const bool sooner = trial.breaks_by_itself && trial.mitigated_after &&
                      (!trial.by_itself || *trial.mitigated_after + kSooner < *trial.by_itself);
  if (helped && sooner) trial.outcome = Outcome::ended;
  if (trial.outcome == Outcome::vain && is_over_before_steps(followed, *incident))
    trial.outcome = Outcome::over_already;
}

bool is_good(const PlaybookTrial& trial) {
  return trial.outcome == Outcome::ended || trial.outcome == Outcome::prevented;
}

bool was_followed(const PlaybookTrial& trial) {
  return is_good(trial) || trial.outcome == Outcome::vain || trial.outcome == Outcome::nothing_to_do;
}

std::string after(const std::optional<Duration>& time) {
  return time ? describe_duration(*time) + " after it broke" : "not by the end of the run";
}

std::string without_anybody(const PlaybookTrial& trial) {
  return trial.breaks_by_itself ? after(trial.by_itself) : "nothing broke";
}

std::string listed(const PlaybookTrial& trial, bool helped) {
  std::string out;
  for (const PlaybookTrial::Step& step : trial.steps) {
    if (step.helped.value_or(false) == helped) out += (out.empty() ? "" : ", ") + step.action;
  }
  return out;
}

// "rate_limit web was seen to help, and was not enough; scale web was not".
std::string in_vain(const PlaybookTrial& trial) {
  if (trial.steps.empty()) return "the run ended before its first step";
  const std::string helped = listed(trial, true);
  const std::string vain = listed(trial, false);
  if (helped.empty()) return vain + " did not help";
  return helped + " was seen to help, and was not enough" + (vain.empty() ? "" : "; " + vain + " was not");
}

}  // namespace

std::vector<PlaybookTrial> try_playbooks(const scenario::LoadedScenario& scenario, std::uint64_t seed, Budget* budget) {
  std::vector<PlaybookTrial> trials;
  for (const oncall::Playbook& playbook : scenario.playbooks) {
    const std::set<std::string> alerts = alerts_of(playbook, scenario);
    if (alerts.empty()) continue;
    scenario::LoadedScenario followed = bare(scenario, alerts);
    const record::Record alone = record_of(followed, seed, budget);
    PlaybookTrial& trial = trials.emplace_back();
    trial.playbook = playbook.name;
    trial.file = playbook.file;
    trial.scenario = scenario.scenario.name;
    // Until somebody is called the two runs are one.
    if (!has_fired(alone, alerts)) continue;
    followed.team = scenario::follower_of(playbook, scenario);
    followed.limited = scenario::limited_by(*followed.team);
    const bool can_act =
        std::ranges::any_of(followed.team->plans, [](const auto& each) { return !each.second->steps.empty(); });
    judge(record_of(followed, seed, budget), alone, can_act, trial);
  }
  return trials;
}

PlaybookVerdict verdict_of(std::span<const PlaybookTrial> trials) {
  if (std::ranges::any_of(trials, is_good)) return PlaybookVerdict::good;
  return std::ranges::any_of(trials, was_followed) ? PlaybookVerdict::bad : PlaybookVerdict::untried;
}

std::string describe(const PlaybookTrial& trial) {
  switch (trial.outcome) {
    case Outcome::ended:
      return format("ended {} {}, with {} (without anybody: {})", trial.incident, after(trial.mitigated_after),
                    listed(trial, true), without_anybody(trial));
    case Outcome::prevented:
      return format("kept {} from breaking anything, with {} (without anybody: all well {})", trial.incident,
                    listed(trial, true), without_anybody(trial));
    case Outcome::vain:
      return format("did not end {}: {}; all well: {} (without anybody: {})", trial.incident, in_vain(trial),
                    after(trial.mitigated_after), without_anybody(trial));
    case Outcome::nothing_to_do:
      return format("has no step that can be taken there; {} all well: {}", trial.incident, after(trial.by_itself));
    case Outcome::not_called:
      return "no alert that leads to it fired";
    case Outcome::over_already:
      return format("{} was over by itself {}, before the first step could be taken", trial.incident,
                    after(trial.mitigated_after));
    case Outcome::nothing_broke:
      return "its alerts fired, and belong to no incident that broke anything";
  }
  std::unreachable();
}

}  // namespace firedrill::suite
