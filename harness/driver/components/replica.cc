// The second of two monitors that watch the same.
#include "monitor/embedded/replica.h"

#include "driver/components/component.h"
#include "driver/components/monitoring.h"

namespace firedrill::driver {
namespace {

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  const scenario::PrometheusSettings& prometheus = setup.scenario.scenario.prometheus;
  if (prometheus.replicas.count < 2) return nullptr;
  return std::make_unique<monitor::ReplicaMonitor>(*wiring.targets, prometheus, setup.scenario.rule_files,
                                                   setup.record.started, monitoring_options(setup),
                                                   *wiring.of_monitors[1], wiring.receivers);
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  const auto& theirs = static_cast<const monitor::ReplicaMonitor&>(other);
  events::Sink& sink = *wiring.of_monitors[1];
  if (wiring.watched) {
    return std::make_unique<monitor::ReplicaMonitor>(theirs, *wiring.targets, sink, wiring.receivers);
  }
  return std::make_unique<monitor::ReplicaMonitor>(theirs, *wiring.targets, sink, wiring.receivers,
                                                   monitor::EmbeddedMonitor::LooksAway{});
}

}  // namespace

namespace components {
ComponentKind replica() {
  return {.name = "replica", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
