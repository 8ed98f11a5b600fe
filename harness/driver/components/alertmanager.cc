// The embedded Alertmanager, where the scenario has one.
#include "driver/components/component.h"
#include "monitor/alertmanager/embedded_alertmanager.h"

namespace firedrill::driver {
namespace {

using monitor::EmbeddedAlertmanager;

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (!setup.scenario.alertmanager) return nullptr;
  auto made = std::make_unique<EmbeddedAlertmanager>(*setup.scenario.alertmanager, *wiring.targets,
                                                     EmbeddedAlertmanager::Options{.seed = setup.options.seed,
                                                                                   .start = setup.record.started,
                                                                                   .origin = setup.record.judged_from,
                                                                                   .end = setup.record.judged_to},
                                                     wiring.sink);
  wiring.receivers.push_back(made.get());
  return made;
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  auto made = std::make_unique<EmbeddedAlertmanager>(static_cast<const EmbeddedAlertmanager&>(other), *wiring.targets,
                                                     wiring.sink);
  wiring.receivers.push_back(made.get());
  return made;
}

}  // namespace

namespace components {
ComponentKind alertmanager() {
  return {.name = "alertmanager", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
