// A container's life as its kubelet tells it: waiting, running or terminated, why, and how often it was restarted
// (core/v1 ContainerStatus; pkg/kubelet/kuberuntime). One container a pod, restart policy Always.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "fake_services/pods/backoff.h"

namespace firedrill::fake_services {

enum class ContainerState { waiting, running, terminated };
enum class WaitingReason { container_creating, crash_loop_back_off };
enum class TerminationReason { completed, error, oom_killed };
// As Kubernetes writes them: ContainerCreating, CrashLoopBackOff; Completed, Error, OOMKilled.
std::string_view to_string(WaitingReason reason);
std::string_view to_string(TerminationReason reason);

// How a process ends: an exit code, 128 + n for signal n; 137 with out_of_memory when the kernel killed it for its
// memory.
struct Exit {
  int code = 0;
  bool out_of_memory = false;
};

struct Termination {
  TerminationReason reason{};
  int exit_code = 0;
  Time started{};
  Time finished{};
};

struct ContainerStatus {
  std::uint64_t id = 0;  // 1 for the first container, one more for each later one; 0: none yet
  ContainerState state = ContainerState::waiting;
  WaitingReason waiting = WaitingReason::container_creating;  // while waiting
  Time since{};                                               // of the state; when running: started at
  std::optional<Termination> terminated;                      // while terminated
  std::optional<Termination> last;                            // of the container before this one
  std::uint64_t restarts = 0;
};

// Why the kubelet ends a container; the grace period depends on it (kuberuntime_container.go,
// setTerminationGracePeriod).
enum class KillReason { liveness_probe, startup_probe, pod_deleted };

class Lifecycle {
 public:
  static constexpr Duration kMinimumGrace = std::chrono::seconds(2);  // minimumGracePeriodInSeconds

  // The first container is there `creation` after `now`, each later one `creation` after it may be started.
  Lifecycle(Time now, Duration creation);

  const ContainerStatus& status() const { return status_; }
  bool running() const { return status_.state == ContainerState::running; }
  bool stopping() const { return stopping_.has_value(); }
  const RestartBackoff& backoff() const { return backoff_; }

  // When something happens by itself: a start, or the end of a container that is being stopped.
  std::optional<Time> next_event() const;
  enum class Step { started, hook_over, stopped, stopped_by_force };
  // Does what is due; `now` must be next_event().
  Step step(Time now);

  // The process has ended by itself. Ignored unless it runs.
  void exited(Time now, Exit exit);

  // SIGTERM now, SIGKILL when `grace` (at least two seconds) is over. `shutdown` is how long the process takes to end
  // after SIGTERM; nothing: it never does. Until then the container runs. Without `restart` it is the last one.
  void kill(Time now, Duration grace, std::optional<Duration> shutdown, bool restart);

  // The preStop hook takes so long, and all the grace period at most; SIGTERM comes when it is over (Step::hook_over),
  // and signal() has to be called then. What the hook leaves of the grace period follows it (kuberuntime_container.go,
  // killContainer).
  void kill_after_hook(Time now, Duration hook, Duration grace, bool restart);
  void signal(Time now, std::optional<Duration> shutdown);

  // Begins as a container that has been running since then.
  void adopt(Time since);

 private:
  struct Stop {
    Time at{};
    bool forced = false;
    bool restart = true;
    std::optional<Duration> grace = {};  // the hook runs until then, and this is left when it is over
  };
  static Stop stop(Time now, Duration grace, std::optional<Duration> shutdown, bool restart);
  void start(Time now);
  void terminate(Time now, TerminationReason reason, int code);
  void plan_restart(Time now, std::optional<Time> finished);

  Duration creation_;
  ContainerStatus status_;
  RestartBackoff backoff_;
  std::optional<Time> starts_at_;
  std::optional<Time> start_accounted_;  // the exit that the back-off of the coming start counts from
  std::optional<Stop> stopping_;
};

}  // namespace firedrill::fake_services
