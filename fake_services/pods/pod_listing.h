// The pods that are there, as `kubectl get pods -o wide` has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace firedrill::fake_services {

struct ListedPod {
  std::string name;
  std::size_t service = 0;  // index in the topology
  std::string node;
  bool ready = false;
  bool terminating = false;
  std::string status;  // Running, ContainerCreating, CrashLoopBackOff, Error, OOMKilled, Completed, Terminating
  std::uint64_t restarts = 0;
  Time since{};         // of the container's state
  std::string version;  // that it runs
};

class Pods;
struct Topology;

std::vector<ListedPod> list_pods(const Pods& pods, const Topology& topology);

}  // namespace firedrill::fake_services
