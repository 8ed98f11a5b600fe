// A real Prometheus, in the live world.
#include "monitor/prometheus/prometheus_monitor.h"

#include <utility>

#include "driver/components/component.h"
#include "driver/components/monitoring.h"
#include "driver/live/live_world.h"
#include "driver/live/simulated_warm_up.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (setup.options.programs == nullptr) return nullptr;
  const live::SimulatedWarmUp* before = setup.options.warm_up;
  auto made = std::make_unique<monitor::PrometheusMonitor>(
      *setup.options.programs, setup.scenario,
      monitor::PrometheusMonitor::Options{.start = setup.record.started,
                                          .times = setup.options.live->times(),
                                          .keeping = monitoring_options(setup),
                                          .before = before == nullptr ? nullptr : &before->monitor().series()},
      *wiring.of_monitors[0], wiring.receivers);
  wiring.alerts = made.get();
  return made;
}

// A process of the machine's goes on once only.
std::unique_ptr<events::Component> copy(const events::Component& /*other*/, Wiring& /*wiring*/) {
  std::unreachable();
}

}  // namespace

namespace components {
ComponentKind prometheus() {
  return {.name = "prometheus", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
