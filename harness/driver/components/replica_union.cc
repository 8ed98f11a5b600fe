// What two monitors that watch the same find, told as one.
#include "monitor/embedded/replica_union.h"

#include "driver/components/component.h"
#include "events/monitors.h"

namespace firedrill::driver {
namespace {

using monitor::ReplicaUnion;

std::unique_ptr<events::Component> wired(std::unique_ptr<ReplicaUnion> both, Wiring& wiring) {
  wiring.of_monitors = {&both->of(0), &both->of(1)};
  return both;
}

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  const scenario::PrometheusReplicas& replicas = setup.scenario.scenario.prometheus.replicas;
  if (replicas.count < 2) return nullptr;
  model::Labels of_first;
  if (!replicas.deduplicated) of_first.set(replicas.label, events::kFirstPrometheus);
  return wired(std::make_unique<ReplicaUnion>(*wiring.targets, wiring.sink, std::move(of_first)), wiring);
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  if (!wiring.watched) return nullptr;
  return wired(std::make_unique<ReplicaUnion>(static_cast<const ReplicaUnion&>(other), *wiring.targets, wiring.sink),
               wiring);
}

}  // namespace

namespace components {
ComponentKind replica_union() {
  return {.name = "replica union", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
