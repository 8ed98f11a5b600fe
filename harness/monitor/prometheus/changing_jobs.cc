#include "monitor/prometheus/changing_jobs.h"

#include <algorithm>

#include "base/contains.h"
#include "base/text/format.h"
#include "fake_services/faults/live_forms.h"

namespace firedrill::monitor {

namespace {

using fake_services::FaultSpec;
using fake_services::ServiceSpec;

// On the connections of its target: what befalls a process there it is scraped through.
bool keeps_scrapes_away(const FaultSpec& fault) {
  if (fake_services::live_form(fault) != fake_services::LiveForm::line || !fault.target.dependency.empty())
    return false;
  fake_services::ReplicaConditions conditions;
  fault.behaviour->apply_to_replica(conditions, 1);
  return conditions.scrapes_refused > 0 || conditions.scrapes_silent > 0;
}

bool hits(const FaultSpec& fault, const ServiceSpec& service) {
  return fault.target.zone.empty() ? service.name == fault.target.service : contains(service.zones, fault.target.zone);
}

}  // namespace

std::vector<TargetChange> target_changes(const scenario::LoadedScenario& scenario) {
  std::vector<TargetChange> out;
  for (const FaultSpec& fault : scenario.faults) {
    const bool replaces = fault.kind->name == "bad_deploy";
    if (!replaces && !keeps_scrapes_away(fault)) continue;
    for (const ServiceSpec& service : scenario.topology.services) {
      if (hits(fault, service)) out.push_back({format("fault {}", fault.id), service.name, replaces});
    }
  }
  if (scenario.team == nullptr) return out;
  const auto add = [&](const events::Action& action, const std::string& who) {
    const bool changes = action.kind == events::ActionKind::scale || action.kind == events::ActionKind::rollback;
    if (changes) out.push_back({format("what {} does", who), action.subject});
  };
  bool follow = false;
  for (const oncall::Responder& responder : scenario.team->responders) {
    follow = follow || responder.follows_playbooks;
    for (const oncall::ScriptedAction& scripted : responder.actions) add(scripted.action, responder.person);
  }
  for (const auto& [alert, plan] : scenario.team->plans) {
    if (!follow) break;
    for (const oncall::PlannedStep& step : plan->steps) add(step.action, "the playbook " + plan->playbook);
  }
  return out;
}

std::vector<std::string> changing_jobs(const scenario::LoadedScenario& scenario) {
  const std::vector<TargetChange> changes = target_changes(scenario);
  std::vector<std::string> out;
  for (const ServiceSpec& service : scenario.topology.services) {
    const bool its = std::ranges::find(changes, service.name, &TargetChange::service) != changes.end();
    if (its && !service.external && !contains(out, service.job)) out.push_back(service.job);
  }
  return out;
}

}  // namespace firedrill::monitor
