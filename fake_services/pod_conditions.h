// The knobs of a pod and its container: how the process starts, lives, ends, and answers its probes. Faults turn them,
// pods.cc and the kubelet's state machine obey them. At the neutral values nothing is wrong.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace firedrill::fake_services {

struct PodConditions {
  bool crashed = false;                         // the process ends as soon as it is there, by itself
  std::int32_t exit_code = 1;                   // of a process that crashes; 128 + n: ended by signal n
  double crash_after = 0;                       // seconds from the start until it crashes; 0: at once
  double leak = 0;                              // bytes per second by which resident memory grows
  double memory_limit = 0;                      // bytes, instead of the pod's own limit; 0: its own
  double startup_factor = 1;                    // the time to start is multiplied by it
  double startup_delay = 0;                     // seconds added to the time to start
  bool starts = true;                           // whether the process ever listens
  std::array<std::optional<bool>, 3> forced{};  // by ProbeType: what a probe finds, whatever the process is like
  bool node_lost = false;  // the node is gone: no kubelet probes, and after a while the pod is marked not ready
  bool operator==(const PodConditions&) const = default;
};

}  // namespace firedrill::fake_services
