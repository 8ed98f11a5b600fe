#include "scenario/people/follower.h"

#include <utility>

#include "scenario/people/team.h"
#include "scenario/playbooks.h"

namespace firedrill::scenario {

std::shared_ptr<const oncall::Team> follower_of(const oncall::Playbook& playbook, const LoadedScenario& scenario) {
  auto team = std::make_shared<oncall::Team>();
  const std::string person = "responder";
  oncall::Tier tier{.name = "responder", .escalation_delay = 24h};
  tier.layers.push_back({.members = {person}});
  team->roster.schedules.push_back({.name = "responders", .team = "responders", .tiers = {std::move(tier)}});
  oncall::Responder responder{.person = person, .follows_playbooks = true};
  responder.acknowledge = {};
  responder.acknowledge.p50 = 2min;
  team->responders.push_back(std::move(responder));
  const std::vector<std::string> none;
  const TeamInput input{.roster = team->roster,
                        .roster_at = {},
                        .responders = {},
                        .topology = scenario.topology,
                        .rule_files = scenario.rule_files,
                        .playbooks = scenario.playbooks,
                        .paging = scenario.alertmanager ? &none : nullptr};
  const auto plan = std::make_shared<const oncall::Plan>(plan_of(playbook, input));
  for (const oncall::PlaybookUse& use : playbook_uses(scenario.rule_files)) {
    if (use.playbook == playbook.name) team->plans.emplace(use.alert, plan);
  }
  return team;
}

}  // namespace firedrill::scenario
