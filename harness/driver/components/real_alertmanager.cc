// A real Alertmanager, in the live world.
#include <utility>

#include "driver/components/component.h"
#include "driver/live/live_world.h"
#include "monitor/prometheus/alertmanager_watch.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (setup.options.programs == nullptr || !setup.scenario.alertmanager) return nullptr;
  return std::make_unique<monitor::AlertmanagerWatch>(
      *setup.options.programs, *setup.scenario.alertmanager, *wiring.targets,
      monitor::AlertmanagerWatch::Options{.start = setup.record.started,
                                          .origin = setup.record.judged_from,
                                          .end = setup.record.judged_to,
                                          .times = setup.options.live->times()},
      wiring.sink);
}

// A process of the machine's goes on once only.
std::unique_ptr<events::Component> copy(const events::Component& /*other*/, Wiring& /*wiring*/) {
  std::unreachable();
}

}  // namespace

namespace components {
ComponentKind real_alertmanager() {
  return {.name = "real alertmanager", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
