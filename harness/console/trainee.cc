#include "console/trainee.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace firedrill::console {
namespace {

// Everybody whose turn it may be to be paged first.
std::set<std::string> first_in_line(const oncall::Roster& roster, const std::vector<std::string>& receivers) {
  std::set<std::string> people;
  for (const std::string& receiver : receivers) {
    const oncall::Schedule* schedule = roster.of_receiver(receiver);
    if (schedule == nullptr) continue;
    const oncall::Tier& tier = schedule->tiers.front();
    for (const oncall::Layer& layer : tier.layers) people.insert(layer.members.begin(), layer.members.end());
    for (const oncall::Override& each : tier.overrides) people.insert(each.member);
  }
  return people;
}

// Of a run without an Alertmanager, whose pages are the first schedule's.
std::set<std::string> first_of(const oncall::Schedule& schedule) {
  std::set<std::string> people;
  for (const oncall::Layer& layer : schedule.tiers.front().layers) {
    people.insert(layer.members.begin(), layer.members.end());
  }
  return people;
}

oncall::Responder waiting(const std::string& person, bool trainee) {
  oncall::Responder out{.person = person};
  out.talk.inside = out.talk.outside = false;
  // Longer than any run, either way: they act when the trainee does.
  constexpr Duration kAlways = std::chrono::hours(24 * 366 * 10);
  if (trainee) out.absences.push_back({.from = -kAlways, .to = kAlways, .why = "at the console"});
  return out;
}

}  // namespace

const oncall::Schedule& trainee_schedule(const scenario::LoadedScenario& scenario) {
  const oncall::Roster& roster = scenario.team->roster;
  if (scenario.alertmanager) {
    for (const std::string& receiver : scenario.alertmanager->paging) {
      if (const oncall::Schedule* schedule = roster.of_receiver(receiver)) return *schedule;
    }
  }
  return roster.schedules.front();
}

std::expected<std::shared_ptr<const scenario::LoadedScenario>, std::string> trainee_scenario(
    scenario::LoadedScenario scenario) {
  if (scenario.team == nullptr) return std::unexpected("nobody is on call in it: it has no on-call file");
  if (scenario.alertmanager && scenario.alertmanager->paging.empty()) {
    return std::unexpected("no receiver of its Alertmanager pages anybody");
  }
  auto team = std::make_shared<oncall::Team>(*scenario.team);
  const std::set<std::string> first = scenario.alertmanager ? first_in_line(team->roster, scenario.alertmanager->paging)
                                                            : first_of(team->roster.schedules.front());
  team->responders.clear();
  for (const std::string& person : team->roster.people())
    team->responders.push_back(waiting(person, first.contains(person)));
  scenario.team = std::move(team);
  scenario.declared.expectations.clear();
  scenario.limited.clear();
  for (const fake_services::ServiceSpec& service : scenario.topology.services) {
    if (!service.external) scenario.limited.push_back(service.name);
  }
  std::ranges::sort(scenario.limited);
  return std::make_shared<const scenario::LoadedScenario>(std::move(scenario));
}

}  // namespace firedrill::console
