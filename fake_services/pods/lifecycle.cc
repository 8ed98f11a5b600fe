#include "fake_services/pods/lifecycle.h"

#include <algorithm>
#include <utility>

namespace firedrill::fake_services {
namespace {

constexpr int kKilled = 128 + 9;  // SIGKILL

TerminationReason reason_of(Exit exit) {
  if (exit.out_of_memory) return TerminationReason::oom_killed;
  return exit.code == 0 ? TerminationReason::completed : TerminationReason::error;
}

}  // namespace

std::string_view to_string(WaitingReason reason) {
  switch (reason) {
    case WaitingReason::container_creating:
      return "ContainerCreating";
    case WaitingReason::crash_loop_back_off:
      return "CrashLoopBackOff";
  }
  std::unreachable();
}

std::string_view to_string(TerminationReason reason) {
  switch (reason) {
    case TerminationReason::completed:
      return "Completed";
    case TerminationReason::error:
      return "Error";
    case TerminationReason::oom_killed:
      return "OOMKilled";
  }
  std::unreachable();
}

Lifecycle::Lifecycle(Time now, Duration creation) : creation_(creation), starts_at_(now + creation) {
  status_.since = now;
}

std::optional<Time> Lifecycle::next_event() const {
  if (stopping_) return stopping_->at;
  return starts_at_;
}

Lifecycle::Step Lifecycle::step(Time now) {
  if (!stopping_) {
    start(now);
    return Step::started;
  }
  if (stopping_->grace) return Step::hook_over;
  const Stop stop = *std::exchange(stopping_, std::nullopt);
  // What the kubelet knew as exited when it began to stop this one: the container before it.
  const auto before = status_.last ? std::optional(status_.last->finished) : std::nullopt;
  terminate(now, stop.forced ? TerminationReason::error : TerminationReason::completed, stop.forced ? kKilled : 0);
  if (stop.restart) plan_restart(now, before);
  return stop.forced ? Step::stopped_by_force : Step::stopped;
}

void Lifecycle::exited(Time now, Exit exit) {
  if (!running()) return;
  const bool restart = !stopping_ || stopping_->restart;
  stopping_.reset();
  terminate(now, reason_of(exit), exit.code);
  if (restart) plan_restart(now, now);
}

void Lifecycle::kill(Time now, Duration grace, std::optional<Duration> shutdown, bool restart) {
  if (!running()) {
    if (!restart) starts_at_.reset();
    return;
  }
  if (stopping_) {
    stopping_->restart = stopping_->restart && restart;
    return;
  }
  stopping_ = stop(now, grace, shutdown, restart);
}

Lifecycle::Stop Lifecycle::stop(Time now, Duration grace, std::optional<Duration> shutdown, bool restart) {
  grace = std::max(grace, kMinimumGrace);
  const bool forced = !shutdown || *shutdown >= grace;
  return {now + (forced ? grace : std::max(*shutdown, Duration::zero())), forced, restart};
}

void Lifecycle::kill_after_hook(Time now, Duration hook, Duration grace, bool restart) {
  hook = std::clamp(hook, Duration::zero(), std::max(grace, Duration::zero()));
  stopping_ = Stop{.at = now + hook, .restart = restart, .grace = grace - hook};
}

void Lifecycle::signal(Time now, std::optional<Duration> shutdown) {
  if (!stopping_ || !stopping_->grace) return;
  stopping_ = stop(now, *stopping_->grace, shutdown, stopping_->restart);
}

void Lifecycle::adopt(Time since) {
  status_.id = 1;
  status_.state = ContainerState::running;
  status_.since = since;
  starts_at_.reset();
}

void Lifecycle::start(Time now) {
  starts_at_.reset();
  if (status_.id != 0) {
    ++status_.restarts;
    backoff_.restarted(now - creation_, start_accounted_);
  }
  if (status_.terminated) status_.last = std::exchange(status_.terminated, std::nullopt);
  ++status_.id;
  status_.state = ContainerState::running;
  status_.since = now;
}

void Lifecycle::terminate(Time now, TerminationReason reason, int code) {
  status_.terminated = Termination{reason, code, status_.since, now};
  status_.state = ContainerState::terminated;
  status_.since = now;
}

// A container that the kubelet stops itself is started again in the same pass (kuberuntime_manager.go, SyncPod), whose
// view of exited containers is older than the stop: the back-off then counts from the exit before. So the first few
// liveness restarts come at once, unless the container fails faster than the back-off has grown. If it has to wait, the
// next pass sees the exit, and counts from there.
void Lifecycle::plan_restart(Time now, std::optional<Time> finished) {
  Time at = backoff_.earliest(now, finished);
  if (at > now) {
    finished = now;
    at = backoff_.earliest(now, finished);
  }
  if (at > now) {
    status_.state = ContainerState::waiting;
    status_.waiting = WaitingReason::crash_loop_back_off;
    status_.last = std::exchange(status_.terminated, std::nullopt);
  }
  start_accounted_ = finished;
  starts_at_ = at + creation_;
}

}  // namespace firedrill::fake_services
