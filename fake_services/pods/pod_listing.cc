#include "fake_services/pods/pod_listing.h"

#include "fake_services/pods/pods.h"

namespace firedrill::fake_services {
namespace {

// As kubectl prints it (printers/internalversion/printers.go, printPod): the reason of a container that does not run.
std::string status_of(const Pod& pod) {
  if (pod.deleting()) return "Terminating";
  const ContainerStatus& container = pod.container();
  switch (container.state) {
    case ContainerState::waiting:
      return std::string(to_string(container.waiting));
    case ContainerState::terminated:
      return container.terminated ? std::string(to_string(container.terminated->reason)) : "Error";
    case ContainerState::running:
      return "Running";
  }
  return "Unknown";
}

}  // namespace

std::vector<ListedPod> list_pods(const Pods& pods, const Topology& topology) {
  std::vector<ListedPod> out;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (!pods.exists(i)) continue;
    const Pod& pod = pods.pod(i);
    const std::size_t service = pods.service_of(i);
    const Release* release = pods.release(i);
    out.push_back({.name = pods.name_of(i),
                   .service = service,
                   .node = pods.identity(i).node,
                   .ready = pod.endpoint(),
                   .terminating = pod.deleting(),
                   .status = status_of(pod),
                   .restarts = pod.container().restarts,
                   .since = pod.container().since,
                   .version = release == nullptr ? topology.services[service].version : release->version});
  }
  return out;
}

}  // namespace firedrill::fake_services
