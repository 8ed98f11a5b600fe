#include "driver/live/deploy/slots.h"

#include <algorithm>

namespace firedrill::driver::live {

using events::ActionKind;
using fake_services::ServiceSpec;

namespace {

void make_room(const events::Action& action, const fake_services::Topology& topology, std::vector<Slots>& slots) {
  const auto found = std::ranges::find(topology.services, action.subject, &ServiceSpec::name);
  if (found == topology.services.end()) return;
  Slots& of = slots[static_cast<std::size_t>(found - topology.services.begin())];
  if (action.kind == ActionKind::scale) {
    of.places = std::max(of.places, static_cast<std::size_t>(std::max<std::int64_t>(0, action.replicas)));
  }
  of.twice = of.twice || action.kind == ActionKind::rollback;
}

bool brings_a_version(const fake_services::FaultSpec& fault) {
  fake_services::PodConditions conditions;
  fault.behaviour->apply_to_pod(conditions, 1);
  return conditions.release != nullptr;
}

}  // namespace

std::vector<Slots> slots_for(const fake_services::Topology& topology) {
  std::vector<Slots> slots;
  for (const ServiceSpec& service : topology.services) slots.push_back({static_cast<std::size_t>(service.replicas)});
  return slots;
}

std::vector<Slots> slots_for(const scenario::LoadedScenario& scenario) {
  std::vector<Slots> slots = slots_for(scenario.topology);
  for (std::size_t s = 0; s < slots.size(); ++s) {
    slots[s].twice = std::ranges::any_of(scenario.faults, [&](const fake_services::FaultSpec& fault) {
      return fault.target.service == scenario.topology.services[s].name && brings_a_version(fault);
    });
  }
  if (scenario.team == nullptr) return slots;
  for (const oncall::Responder& responder : scenario.team->responders) {
    for (const oncall::ScriptedAction& scripted : responder.actions) {
      make_room(scripted.action, scenario.topology, slots);
    }
  }
  for (const auto& [alert, plan] : scenario.team->plans) {
    for (const oncall::PlannedStep& step : plan->steps) make_room(step.action, scenario.topology, slots);
  }
  return slots;
}

}  // namespace firedrill::driver::live
