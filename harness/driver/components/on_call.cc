// Who is called and works the incidents, where the scenario has an on-call file.
#include <utility>

#include "driver/components/component.h"
#include "driver/people/on_call_desk.h"
#include "incident/alerts/paging.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<events::Component> wired(std::unique_ptr<OnCallDesk> desk, Wiring& wiring) {
  wiring.relay.set_ear(*desk);
  wiring.desk = desk.get();
  return desk;
}

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (setup.scenario.team == nullptr) return nullptr;
  OnCallDesk::Options options{
      .seed = setup.options.seed, .start = setup.record.started, .origin = setup.record.judged_from, .paging = {}};
  if (!setup.scenario.alertmanager) options.paging = incident::paging_matchers(setup.scenario.declared);
  SeverityWatch watch(setup.scenario.topology, setup.scenario.declared.severity);
  return wired(std::make_unique<OnCallDesk>(setup.scenario.team, std::move(watch), *wiring.host, options,
                                            wiring.relay.listener()),
               wiring);
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  return wired(
      std::make_unique<OnCallDesk>(static_cast<const OnCallDesk&>(other), *wiring.host, wiring.relay.listener()),
      wiring);
}

}  // namespace

namespace components {
ComponentKind on_call() {
  return {.name = "on call", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
