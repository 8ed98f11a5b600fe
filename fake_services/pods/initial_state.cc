#include "fake_services/pods/initial_state.h"

#include "fake_services/topology/ports.h"

namespace firedrill::fake_services {
namespace {

bool fails_each_time(const ServiceSpec& service, const std::optional<ProbeSpec>& probe) {
  return probe && listener_of(service, *probe) != Listener::serves;
}

}  // namespace

const ProbeSpec* probe_of_start(const ServiceSpec& service) {
  if (service.startup_probe) return &*service.startup_probe;
  return service.liveness_probe ? &*service.liveness_probe : nullptr;
}

// The ticks of a probe come at any time in its period: the first one as late as a whole period after the delay.
std::optional<Duration> ended_before_it_listens(const ServiceSpec& service) {
  const ProbeSpec* probe = probe_of_start(service);
  if (probe == nullptr) return std::nullopt;
  const Duration last =
      std::chrono::seconds(probe->initial_delay_seconds + probe->failure_threshold * probe->period_seconds);
  return service.startup > last ? std::optional(last) : std::nullopt;
}

InitialPodState initial_state_of(const ServiceSpec& service) {
  const bool ended =
      fails_each_time(service, service.startup_probe) || fails_each_time(service, service.liveness_probe);
  return {.settled = !ended && !ended_before_it_listens(service),
          .ready = !fails_each_time(service, service.readiness_probe)};
}

std::vector<PodEvent> events_at_start(const ServiceSpec& service, Time t) {
  const InitialPodState initial = initial_state_of(service);
  std::vector<PodEvent> out;
  if (initial.settled && initial.ready) return out;
  if (initial.settled) {
    const bool plain = listener_of(service, *service.readiness_probe) == Listener::plain;
    out.push_back({.at = t,
                   .kind = EventKind::probe_failure,
                   .probe = ProbeType::readiness,
                   .detail = plain ? "server gave HTTP response to HTTPS client" : "connection refused"});
  }
  out.push_back({.at = t, .kind = EventKind::endpoint_unready});
  return out;
}

}  // namespace firedrill::fake_services
