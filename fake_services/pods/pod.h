// A pod under its kubelet: the container's life and the workers that probe it, tied together as the kubelet's sync loop
// does (pkg/kubelet/kubelet.go, syncLoopIteration; kuberuntime_manager.go, computePodActions). Driven in virtual time:
//
//   while (pod.next_event() && *pod.next_event() <= t) pod.step(*pod.next_event(), process, events);
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "events/kinds.h"
#include "fake_services/pods/lifecycle.h"
#include "fake_services/pods/prober.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

struct PodSpec {
  std::optional<ProbeSpec> liveness_probe = {};
  std::optional<ProbeSpec> readiness_probe = {};
  std::optional<ProbeSpec> startup_probe = {};
  std::int64_t termination_grace_period_seconds = 30;
  std::optional<Duration> pre_stop = {};        // how long the hook takes before SIGTERM
  Duration creation = std::chrono::seconds(1);  // from the decision to start a container to its start
};

// The process in the container, as the kubelet meets it. It must answer at the instant that it is asked about, and must
// not call back into the pod.
class Process {
 public:
  virtual ~Process() = default;
  virtual ProbeOutcome probe(ProbeType type, const ProbeSpec& spec, Time now) = 0;
  // How long it takes to end after SIGTERM, serving until then; nothing: it does not react.
  virtual std::optional<Duration> shutdown(Time now) = 0;
};

using events::EventKind;

// What happened to a pod: container_started (the first one; container_restarted: a later one, with the reason why the
// one before ended), container_killed (the kubelet has begun to stop it), container_exited (by itself or stopped),
// container_oom_killed, container_backoff, probe_success (of the attempt that decided) and probe_failure (of each that
// failed), endpoint_ready, endpoint_unready, pod_removed.
struct PodEvent {
  Time at{};
  EventKind kind{};
  ProbeType probe{};  // of probe events
  bool warning = false;
  bool decides = true;  // of a failed probe: the result has changed with it
  std::string detail = {};
  Duration delay{};  // of a back-off: from the exit to when it may be started again
};

// How often a probe of a replica was made since the start, and failed.
struct ProbeState {
  std::string service;
  std::string pod;
  std::string instance;
  ProbeType type{};
  std::uint64_t checks = 0;
  std::uint64_t failures = 0;
  Duration slowest{};  // of those that succeeded, and when it was begun
  Time slowest_at{};
};

class Pod {
 public:
  // The pod is bound to its node at `created`: the container is created, and the workers begin.
  Pod(PodSpec spec, Time created);

  // A pod that was created earlier and has been running since, well or without ever having been ready; for a world that
  // begins in a steady state. The workers keep the rhythm that they took up at `created`.
  static Pod running_since(PodSpec spec, Time created, Time now, bool ready = true);

  // None is there, as after the removal of one; it has not done anything.
  static Pod none(PodSpec spec);

  std::optional<Time> next_event() const;
  // Does all that is due at next_event(), in the order: container, startup, readiness, liveness. Events are appended.
  void step(Time now, Process& process, std::vector<PodEvent>& events);

  // A pod that runs, is started and ready, and whose next probes would change nothing if they succeeded at once. While
  // that is known of them, nothing needs to be stepped: coast then makes up for all ticks before `until`, at the cost
  // of one. It must be called before anything else is asked or done at `until`.
  bool steady() const;
  void coast(Time until);

  // The process has ended by itself at `now` (a crash, an exit, out of memory). Ignored unless a container runs.
  void exited(Time now, Exit exit, std::vector<PodEvent>& events);

  // Its node has been out of touch for so long that the control plane marks it not ready, or is back.
  void set_unreachable(bool unreachable, Time now, std::vector<PodEvent>& events);

  // The pod is deleted: it leaves the endpoints at once, its container is stopped within the pod's grace period, and it
  // is never started again.
  void remove(Time now, Process& process, std::vector<PodEvent>& events);
  bool removed() const { return removed_; }

  const ContainerStatus& container() const { return lifecycle_.status(); }
  const Lifecycle& lifecycle() const { return lifecycle_; }
  // A process is there: it may accept requests, also while it is being stopped.
  bool running() const { return lifecycle_.running(); }
  // The startup probe has succeeded, or there is none.
  bool started() const;
  // The container's and the pod's readiness (prober_manager.go, UpdatePodStatus).
  bool ready() const;
  // The pod is among the addresses that the load balancer sends requests to: ready, and not being deleted.
  bool endpoint() const { return ready() && !deleting_; }
  bool deleting() const { return deleting_; }

  const Worker* worker(ProbeType type) const;

 private:
  void update_endpoint(Time now, std::vector<PodEvent>& events);
  void step_lifecycle(Time now, Process& process, std::vector<PodEvent>& events);
  void report_exit(Time now, std::vector<PodEvent>& events);
  void finish_removal(Time now, std::vector<PodEvent>& events);
  void obey(const Publication& publication, Process& process, std::vector<PodEvent>& events);
  void kill(Time now, KillReason reason, Process& process, std::vector<PodEvent>& events);
  void request_readiness(Time now);
  ContainerView view() const;
  std::optional<Time> due(const Worker& worker) const;
  std::optional<Worker>& slot(ProbeType type) { return workers_[static_cast<std::size_t>(type)]; }

  PodSpec spec_;
  Lifecycle lifecycle_;
  std::array<std::optional<Worker>, 3> workers_;  // by ProbeType
  bool deleting_ = false;
  bool removed_ = false;
  bool unreachable_ = false;
  bool endpoint_ = false;  // as last reported
};

}  // namespace firedrill::fake_services
