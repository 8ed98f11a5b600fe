// What befalls one replica that runs as a process, in the terms of the simulated world: how its pod fares, what its
// process is told, and what the proxies on its lines do.
#pragma once

#include <vector>

#include "fake_services/pods/pod_conditions.h"
#include "fake_services/process/process_conditions.h"
#include "fake_services/proxy/line_faults.h"

namespace firedrill::driver::live {

struct ReplicaOrders {
  fake_services::PodConditions pod;
  fake_services::ProcessConditions process;
  fake_services::LineFaults front;               // of its own address; only where it has a proxy
  std::vector<fake_services::LineFaults> links;  // of its connections, by edge; only where these have proxies
  bool probes_meet_front = false;                // else kubelets and scrapes reach it past its proxy
  bool scrapes_meet_front = false;
  bool operator==(const ReplicaOrders&) const = default;
};

// Which lines go through a proxy: only those that some fault of the scenario may touch.
struct ProxiedLines {
  std::vector<bool> front;               // by service: to each of its replicas, whoever calls
  std::vector<std::vector<bool>> links;  // by service and edge: from each of its replicas
  bool any() const;
  bool has_front(std::size_t service) const;
  bool has_link(std::size_t service, std::size_t edge) const;
};

}  // namespace firedrill::driver::live
