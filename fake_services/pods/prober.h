// The kubelet's prober worker (pkg/kubelet/prober/worker.go, prober.go, prober_manager.go) in virtual time: one worker
// for each container and probe type. It decides when the container is probed, and when a run of equal outcomes becomes
// a result that others act on. What the probe finds is asked of the caller.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "events/log.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

enum class ProbeType { liveness, readiness, startup };
std::string_view to_string(ProbeType type);  // liveness, readiness, startup

// What a worker has published of a container; unknown is the startup probe's, before it has decided.
enum class ProbeResult { unknown, success, failure };
std::string_view to_string(ProbeResult result);

// Of one attempt. An error is the prober's own (a command that cannot be started, a body that cannot be read), never
// a refused connection or a time-out: those are failures.
enum class ProbeVerdict { success, failure, error };

struct ProbeOutcome {
  ProbeVerdict verdict = ProbeVerdict::success;
  Duration took{};          // until the response was there; the worker itself applies timeoutSeconds
  bool warning = false;     // a success that the kubelet reports with a warning event (probe.Warning)
  std::string detail = {};  // as the kubelet's event says it; empty for a plain success
};

// What the kubelet tells the cluster of an attempt that failed; `type` in words, as `why`, which may be empty.
events::ClusterEvent probe_failed(Time t, std::string_view pod, std::string_view service, std::string_view type,
                                  std::string_view why);

// Makes one attempt at the given time. It must not change what the worker is asked about.
using RunProbe = std::function<ProbeOutcome(ProbeType, const ProbeSpec&, Time)>;

// The pod's status as a worker reads it.
struct ContainerView {
  std::uint64_t id = 0;  // of the container; another after each restart; 0: not created yet
  bool running = false;
  bool started = false;  // its startup probe has succeeded, or it has none
  Time started_at{};     // of the running container
  bool kept = false;     // nobody ends it for what probes find: they go on
  bool pod_deleting = false;
  bool pod_terminal = false;  // phase Succeeded or Failed
};

// A result that has changed. The container may have been replaced meanwhile: then it means nothing (compare ids).
struct Publication {
  Time at{};
  ProbeType type{};
  std::uint64_t container = 0;
  ProbeResult result{};
  bool probed = true;    // false: concluded without a probe, because the container does not run or the pod is deleted
  bool warning = false;  // of the attempt that decided
  std::string detail = {};  // of the attempt that decided
};

// How long a probe waits for its answer where its period passes so many times as fast and answers take their own time:
// as long as ever, but no longer than until it is due again. (One that waits longer than its period at any speed keeps
// that proportion.)
Duration timeout_at(const ProbeSpec& probe, double speed);
// The speed at which that is so long.
double speed_with_timeout(const ProbeSpec& probe, Duration timeout);

class Worker {
 public:
  static constexpr int kMaxAttempts = 3;  // prober.go, maxProbeRetries

  // Probing begins at `created`, when the kubelet first sees the pod, and goes on each periodSeconds from there on,
  // whenever the container starts. The random delay of worker.go (run) is none of it: it applies only to pods that a
  // restarted kubelet finds, within one period of its own start.
  Worker(ProbeType type, const ProbeSpec& spec, Time created);

  ProbeType type() const { return type_; }
  const ProbeSpec& spec() const { return spec_; }

  // When tick wants to be called: a tick, a requested probe, or the end of one under way. Nothing once it has exited.
  std::optional<Time> next_tick() const;

  // `now` must be next_tick(). A probe that takes time blocks the worker: what it found is published by the tick at its
  // end. Go's ticker holds one tick for a blocked worker and drops the others.
  std::optional<Publication> tick(Time now, const ContainerView& view, const RunProbe& run);

  // Asks for a probe besides the ticker's (prober_manager.go, UpdatePodStatus: a started container that is not ready).
  // One such request is held while the worker is blocked; the ticker starts over from it.
  void trigger(Time now);

  // The pod is being removed: no further probe is begun.
  void stop();

  // On hold: no tick does anything before there is another container than this one.
  bool idle(std::uint64_t container) const { return on_hold_ && container == container_ && !under_way_; }
  // Passes over ticks before `now` that were left out because the worker was idle.
  void skip_to(Time now);

  // Each probe that succeeds at once would change nothing but the count. Then many ticks can be made in one step: coast
  // makes all before `until` (not the one at it), as successes. It is exact where no probe takes as long as a period.
  bool steady(const ContainerView& view) const;
  void coast(Time until);

  // What is known of a container: the initial value (readiness failure, liveness success, startup unknown) until the
  // worker has published something about it.
  ProbeResult result(std::uint64_t container) const;

  // Takes over a container that has been running for long with this result; the ticks of the past are over.
  void adopt(std::uint64_t container, ProbeResult result, Time now);

  // Attempts that counted, for prober_probe_total: successful, failed. Errors are counted nowhere.
  struct Counts {
    std::uint64_t successful = 0;
    std::uint64_t failed = 0;
    std::uint64_t warnings = 0;  // of the successful ones; the kubelet reports each in an event
    Duration slowest{};          // of the successful ones, and when it was begun
    Time slowest_at{};
  };
  const Counts& counts() const { return counts_; }
  // What the last attempt said that failed.
  const std::string& last_failure() const { return last_failure_; }

 private:
  struct Attempt {
    std::uint64_t container = 0;
    ProbeOutcome outcome;
  };
  Duration period() const { return std::chrono::seconds(spec_.period_seconds); }
  void take_tick(Time now);
  bool delay_is_over(Time now, const ContainerView& view) const;
  std::optional<Publication> examine(Time now, const ContainerView& view, const RunProbe& run);
  ProbeOutcome attempt(Time now, const RunProbe& run) const;
  std::optional<Publication> finish(Time now);
  std::optional<Publication> publish(Time now, ProbeResult result, const ProbeOutcome* outcome);

  ProbeType type_;
  ProbeSpec spec_;
  Time next_grid_;                    // when the ticker fires next
  std::optional<Time> triggered_at_;  // a requested probe
  Time free_at_;                      // when the attempt under way ends
  std::optional<Attempt> under_way_;
  std::uint64_t container_ = 0;  // the last one seen
  ProbeResult published_;
  ProbeResult last_ = ProbeResult::unknown;
  std::int64_t run_ = 0;  // equal outcomes in a row; goes on over restarts unless the worker was on hold
  bool on_hold_ = false;  // until there is a new container
  bool kept_ = false;     // ContainerView, of the last attempt
  bool exited_ = false;
  Counts counts_;
  std::string last_failure_;
};

}  // namespace firedrill::fake_services
