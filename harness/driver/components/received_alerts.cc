// What an Alertmanager would have of the alerts, where the scenario has none or a real one has them, and sends may be
// lost: where all arrive nobody asks.
#include "monitor/alertmanager/received_alerts.h"

#include "driver/components/component.h"
#include "driver/components/monitoring.h"

namespace firedrill::driver {
namespace {

using monitor::ReceivedAlerts;

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  const bool embedded = setup.scenario.alertmanager && setup.options.programs == nullptr;
  if (embedded || !monitor_may_fail(setup.scenario)) return nullptr;
  auto made = std::make_unique<ReceivedAlerts>(wiring.sink);
  wiring.receivers.push_back(made.get());
  return made;
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  if (!wiring.watched) return nullptr;
  auto made = std::make_unique<ReceivedAlerts>(static_cast<const ReceivedAlerts&>(other), wiring.sink);
  wiring.receivers.push_back(made.get());
  return made;
}

}  // namespace

namespace components {
ComponentKind received_alerts() {
  return {.name = "received alerts", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
