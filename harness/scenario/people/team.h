// The people of a scenario, held against everything else that it says: the on-call file, who is told, what there is to
// act upon, and which playbooks the alerts lead to.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerting/rule_file.h"
#include "fake_services/topology/topology.h"
#include "incident/expectations/known_names.h"
#include "oncall/playbook/playbook.h"
#include "oncall/responders/responder.h"
#include "scenario/people/responders_yaml.h"
#include "yaml/inputs.h"

namespace firedrill::scenario {

// The on-call file of that name, which may be none, and the texts of posts that it names. Nothing if something is wrong
// with it, which is told; what is allowed and probably not meant is among the lints.
std::optional<oncall::Roster> load_roster(const std::string& file, const Position& named_at, yaml::Inputs& inputs,
                                          std::vector<InputFile>& templates, Diagnostics& diagnostics,
                                          Diagnostics& lints);

// What expectations may name of people and of what they do. Null: the topology is not known.
void add_people(const oncall::Roster& roster, std::span<const std::string> services,
                const fake_services::Topology* topology, incident::KnownNames& names);

// Of the rest of the scenario, what is known of it.
struct TeamInput {
  const oncall::Roster& roster;
  Position roster_at;  // where the scenario names its file
  std::span<const ResponderEntry> responders;
  const fake_services::Topology& topology;
  std::span<const alerting::RuleFile> rule_files;
  std::span<const oncall::Playbook> playbooks;
  Duration lasts{};                                  // what is judged of the run
  const std::vector<std::string>* paging = nullptr;  // receivers that call a person; null: there is no Alertmanager
};

// Null if something is wrong, which is told.
std::shared_ptr<const oncall::Team> make_team(const TeamInput& input, Diagnostics& diagnostics);

// What a playbook comes to here: its steps that can be taken. That one cannot is told, of those to which alerts lead.
oncall::Plan plan_of(const oncall::Playbook& playbook, const TeamInput& input);

// The services that somebody of the team may limit, sorted.
std::vector<std::string> limited_by(const oncall::Team& team);

}  // namespace firedrill::scenario
