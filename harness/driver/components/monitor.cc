// The embedded monitor; of two replicas the first.
#include "driver/components/component.h"
#include "driver/components/monitoring.h"
#include "driver/live/simulated_warm_up.h"
#include "monitor/embedded/embedded_monitor.h"
#include "monitor/embedded/replica.h"

namespace firedrill::driver {
namespace {

using monitor::EmbeddedMonitor;

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (setup.options.programs != nullptr) return nullptr;
  const scenario::Scenario& scenario = setup.scenario.scenario;
  const live::SimulatedWarmUp* before = setup.options.warm_up;
  auto made =
      before != nullptr
          ? std::make_unique<EmbeddedMonitor>(before->monitor(), *wiring.targets, monitoring_options(setup),
                                              setup.record.started, *wiring.of_monitors[0], wiring.receivers)
          : std::make_unique<EmbeddedMonitor>(*wiring.targets, monitor::settings_of_replica(scenario.prometheus, 0),
                                              setup.scenario.rule_files, setup.record.started,
                                              monitoring_options(setup), *wiring.of_monitors[0], wiring.receivers);
  made->count_ahead(setup.record.started, setup.record.judged_to, scenario.duration_at);
  wiring.alerts = made.get();
  wiring.monitor = made.get();
  return made;
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  const auto& theirs = static_cast<const EmbeddedMonitor&>(other);
  auto made = wiring.watched
                  ? std::make_unique<EmbeddedMonitor>(theirs, *wiring.targets, *wiring.of_monitors[0], wiring.receivers)
                  : std::make_unique<EmbeddedMonitor>(theirs, *wiring.targets, *wiring.of_monitors[0], wiring.receivers,
                                                      EmbeddedMonitor::LooksAway{});
  wiring.alerts = made.get();
  wiring.monitor = made.get();
  return made;
}

}  // namespace

namespace components {
ComponentKind monitor() {
  return {.name = "monitor", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
