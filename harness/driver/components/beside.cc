// The embedded monitor beside a real one, where both are asked for.
#include "monitor/prometheus/beside.h"

#include <utility>

#include "driver/components/component.h"
#include "driver/components/monitoring.h"
#include "driver/live/simulated_warm_up.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (setup.options.beside == nullptr) return nullptr;
  const live::SimulatedWarmUp* before = setup.options.warm_up;
  return std::make_unique<monitor::EmbeddedBeside>(
      *wiring.targets, setup.scenario,
      monitor::EmbeddedBeside::Options{.start = setup.record.started,
                                       .origin = setup.record.judged_from,
                                       .end = setup.record.judged_to,
                                       .monitoring = monitoring_options(setup),
                                       .before = before == nullptr ? nullptr : &before->monitor()},
      *setup.options.beside);
}

// A run whose processes are the machine's goes on once only.
std::unique_ptr<events::Component> copy(const events::Component& /*other*/, Wiring& /*wiring*/) {
  std::unreachable();
}

}  // namespace

namespace components {
ComponentKind beside() {
  return {.name = "beside", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
