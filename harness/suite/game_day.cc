#include "suite/game_day.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "base/text/format.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/telemetry/cluster_targets.h"
#include "oncall/escalation/handoffs.h"
#include "scenario/playbooks.h"

namespace firedrill::suite {
namespace {

namespace fs = fake_services;
using reports::game_day::Briefing;

constexpr std::array<std::string_view, 4> kNames = {"facilitator.html", "facilitator.md", "participants.html",
                                                    "participants.md"};

output::NameUse use_of(std::string_view name) {
  return std::ranges::find(kNames, name) != kNames.end() ? output::NameUse::output : output::NameUse::foreign;
}

// The service at which an action finds the fault; of one that hits connections, whoever is called, too.
std::vector<std::string> places_of(const fs::ActionSpec& action, const fs::FaultSpec& fault) {
  std::vector<std::string> places;
  if (!fault.target.service.empty()) places.push_back(fault.target.service);
  if (action.cures_connections && !fault.target.dependency.empty()) places.push_back(fault.target.dependency);
  return places;
}

Briefing::Remedy remedy_of(const fs::FaultSpec& fault, const fs::Topology& topology) {
  Briefing::Remedy remedy{.fault = fault.id, .actions = {}};
  for (const fs::ActionSpec& action : fs::action_table()) {
    if (action.target != fs::ActionTarget::service || !fs::cures(action, fault)) continue;
    for (const std::string& place : places_of(action, fault)) {
      if (!fs::misfit(action, place, Fields{}, topology)) remedy.actions.push_back(format("{} {}", action.name, place));
    }
  }
  // What is wrong in a zone hits nobody who is placed elsewhere.
  if (!fault.target.zone.empty()) remedy.actions.push_back("drain " + fs::node_of_zone(fault.target.zone));
  return remedy;
}

void add_guides(const scenario::LoadedScenario& scenario, Briefing& briefing) {
  std::set<std::string> known;
  for (const oncall::PlaybookUse& use : scenario::playbook_uses(scenario.rule_files)) {
    const auto playbook = std::ranges::find(scenario.playbooks, use.playbook, &oncall::Playbook::name);
    if (playbook == scenario.playbooks.end() || !known.insert(use.alert).second) continue;
    briefing.guides.push_back({use.alert, playbook->title, playbook->file});
  }
}

void add_silences(const scenario::LoadedScenario& scenario, Briefing& briefing) {
  if (!scenario.alertmanager) return;
  for (const scenario::PlannedSilence& silence : scenario.alertmanager->silences) {
    std::string matchers;
    for (const std::string& text : silence.texts) matchers += (matchers.empty() ? "" : ", ") + text;
    briefing.silences.push_back({matchers, silence.comment, silence.from, silence.to});
  }
}

// The tiers that somebody holds between two instants, as roles; empty: none.
std::string roles_of(const oncall::Roster& roster, const std::string& person, Time from, Time to) {
  std::string roles;
  for (const oncall::Schedule& schedule : roster.schedules) {
    for (const oncall::Tier& tier : schedule.tiers) {
      const auto shifts = tier.shifts(from, to);
      if (std::ranges::find(shifts, person, &oncall::Shift::member) == shifts.end()) continue;
      roles += (roles.empty() ? "" : ", ") + format("{} of {}", tier.name, schedule.name);
    }
  }
  return roles;
}

// Sheets name roles and no persons: who plays them is written down on the day.
void add_absences(const oncall::Team& team, Time begin, Time end, Briefing& briefing) {
  for (const oncall::Responder& responder : team.responders) {
    for (const oncall::Absence& absence : responder.absences) {
      const Time from = begin + absence.from;
      const Time to = std::min(begin + absence.to, end);
      if (from >= end) continue;
      const std::string roles = roles_of(team.roster, responder.person, from, to);
      if (roles.empty()) continue;
      const std::string why = absence.why.empty() ? "" : format(" ({})", absence.why);
      briefing.cues.push_back({absence.from, format("The {} answers no page from here on{}", roles, why),
                               "Agree on it with them alone, beforehand."});
      if (to < end) briefing.cues.push_back({absence.to, format("The {} answers pages again", roles), "Tell them."});
    }
  }
}

void add_handoffs(const oncall::Roster& roster, Time begin, Time end, Briefing& briefing) {
  oncall::Handoffs handoffs(std::make_shared<const oncall::Roster>(roster), begin);
  for (const oncall::Handoff& each : handoffs.advance(end)) {
    if (each.t >= end) continue;
    briefing.cues.push_back({each.t - begin,
                             each.person.empty()
                                 ? format("A shift ends: nobody is {} of {} from here on", each.tier, each.schedule)
                                 : format("A new shift begins: somebody else is {} of {}", each.tier, each.schedule),
                             each.person.empty() ? "" : "Whoever takes over knows only what they are told."});
  }
}

void add_people(const scenario::LoadedScenario& loaded, Briefing& briefing) {
  if (!loaded.team) return;
  const Time begin = loaded.scenario.start + loaded.scenario.warmup;
  const Time end = begin + loaded.scenario.duration;
  add_absences(*loaded.team, begin, end, briefing);
  add_handoffs(loaded.team->roster, begin, end, briefing);
}

}  // namespace

Briefing briefing_of(const scenario::LoadedScenario& scenario) {
  Briefing briefing;
  for (const fs::FaultSpec& fault : scenario.faults) {
    briefing.remedies.push_back(remedy_of(fault, scenario.topology));
  }
  add_guides(scenario, briefing);
  add_silences(scenario, briefing);
  add_people(scenario, briefing);
  return briefing;
}

const output::FolderKind& game_day_folder() {
  static constexpr output::FolderKind kGameDay{"game day", use_of};
  return kGameDay;
}

std::vector<std::string> game_day_names() {
  return {kNames.begin(), kNames.end()};
}

std::vector<output::File> game_day_files(const scenario::LoadedScenario& scenario, const record::Record& record) {
  const reports::game_day::Sheet facilitator = reports::game_day::facilitator_sheet(record, briefing_of(scenario));
  const reports::game_day::Sheet participants = reports::game_day::participants_sheet(record);
  return {{std::string(kNames[0]), to_html(facilitator)},
          {std::string(kNames[1]), to_markdown(facilitator)},
          {std::string(kNames[2]), to_html(participants)},
          {std::string(kNames[3]), to_markdown(participants)}};
}

}  // namespace firedrill::suite
