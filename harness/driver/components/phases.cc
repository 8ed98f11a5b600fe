// Tells of the parts of the run.
#include "driver/phases.h"

#include "driver/components/component.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<events::Component> wired(std::unique_ptr<PhaseTeller> teller, Wiring& wiring) {
  wiring.of_world = teller.get();
  return teller;
}

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  return wired(std::make_unique<PhaseTeller>(setup.scenario.faults, setup.record, wiring.sink), wiring);
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  return wired(std::make_unique<PhaseTeller>(static_cast<const PhaseTeller&>(other), wiring.sink), wiring);
}

}  // namespace

namespace components {
ComponentKind phases() {
  return {.name = "phases", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
