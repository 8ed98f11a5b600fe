// The conditions of a pod and its container: how the process starts, lives, ends, and answers its probes. Faults set
// them, pods.cc and the kubelet's state machine obey them. At the neutral values nothing is wrong.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace firedrill::fake_services {

struct Release;

struct PodConditions {
  std::uint32_t crashes = 0;                    // orders: when it rises, the process that is there ends, once
  bool crashed = false;                         // each process ends by itself, `crash_after_s` after its start
  std::int32_t exit_code = 1;                   // of a process that ends so; 128 + n: ended by signal n
  double crash_after_s = 0;                     // 0: at once
  std::uint32_t deadlocks = 0;                  // orders: when it rises, the process that is there hangs until it ends
  double deadlock_after_s = -1;                 // from its start until each process hangs; negative: it does not
  double leak = 0;                              // bytes per second by which resident memory grows
  double memory_limit = 0;                      // bytes, instead of the pod's own limit; 0: its own
  double startup_factor = 1;                    // the time to start is multiplied by it
  double startup_delay_s = 0;                   // added to the time to start
  bool starts = true;                           // whether a process that is not up yet ever listens
  bool exits_at_startup = false;                // one that does not ends when it should
  std::array<std::optional<bool>, 3> forced{};  // by ProbeType: what a probe finds, whatever the process is like
  const Release* release = nullptr;             // the version that the pod should be of; null: the topology's
  bool node_lost = false;  // the node is gone: no kubelet probes, and after a while the pod is marked not ready
  bool operator==(const PodConditions&) const = default;
};

}  // namespace firedrill::fake_services
