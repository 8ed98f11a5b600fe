#include "fake_services/logs/cluster_events.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "fake_services/pods/prober.h"

namespace firedrill::fake_services {
namespace {

using events::ClusterEvent;
using events::Event;
using events::EventKind;

// From an event of a pod to one of the cluster about it.
ClusterEvent of_pod(const Event& event, bool warning, std::string reason, std::string message) {
  return {.first = event.t,
          .last = event.t,
          .warning = warning,
          .reason = std::move(reason),
          .object = format("pod/{}", event.subject),
          .service = event.text("service"),
          .message = std::move(message)};
}

// The image is on the node already, as always where a service has run before.
std::vector<ClusterEvent> starts(const Event& event) {
  const std::string service = event.text("service");
  std::vector<ClusterEvent> out;
  out.push_back(of_pod(event, false, "Pulled", format("the image of {} is present on the node already", service)));
  out.push_back(of_pod(event, false, "Created", format("container {} was created", service)));
  out.push_back(of_pod(event, false, "Started", format("container {} was started", service)));
  return out;
}

const ProbeSpec* probe_of(const Event& event, const Topology& topology) {
  const ServiceSpec* spec = topology.find(event.text("service"));
  if (spec == nullptr) return nullptr;
  const std::string type = event.text("probe");
  const std::optional<ProbeSpec>& probe = type == "liveness"    ? spec->liveness_probe
                                          : type == "readiness" ? spec->readiness_probe
                                                                : spec->startup_probe;
  return probe ? &*probe : nullptr;
}

ClusterEvent killing(const Event& event) {
  const std::string service = event.text("service");
  const std::string why = event.text("reason");
  return of_pod(
      event, false, "Killing",
      why.empty() ? format("container {} is stopped", service) : format("container {} is stopped: {}", service, why));
}

}  // namespace

std::vector<ClusterEvent> cluster_events(const Event& event) {
  switch (event.kind) {
    case EventKind::container_started:
    case EventKind::container_restarted:
      return starts(event);
    case EventKind::container_killed:
      if (!event.text("node").empty()) return {};  // there is no kubelet that would say so
      return {killing(event)};
    case EventKind::container_oom_killed:
      return {of_pod(event, true, "OOMKilled",
                     format("container {} used more memory than its limit and was killed", event.text("service")))};
    case EventKind::container_backoff:
      return {of_pod(event, true, "BackOff",
                     format("back-off before container {} is started again", event.text("service")))};
    default:
      return {};
  }
}

ClusterEvent unhealthy(const Event& event, const Topology& topology) {
  ClusterEvent out =
      probe_failed(event.t, event.subject, event.text("service"), event.text("probe"), event.text("reason"));
  if (const ProbeSpec* probe = probe_of(event, topology)) {
    const std::int64_t failures = std::max<std::int64_t>(1, probe->failure_threshold);
    out.count = static_cast<std::uint64_t>(failures);
    out.first -= (failures - 1) * Duration(std::chrono::seconds(probe->period_seconds));
  }
  return out;
}

}  // namespace firedrill::fake_services
