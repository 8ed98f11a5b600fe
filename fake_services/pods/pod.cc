#include "fake_services/pods/pod.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

// The order in which prober_manager.go (AddPod) creates the workers, and so the order at equal times.
constexpr ProbeType kOrder[] = {ProbeType::startup, ProbeType::readiness, ProbeType::liveness};

std::string describe(const Termination& t) {
  return format("{}, exit code {}", to_string(t.reason), t.exit_code);
}

}  // namespace

Pod::Pod(PodSpec spec, Time created) : spec_(std::move(spec)), lifecycle_(created, spec_.creation) {
  const auto add = [&](ProbeType type, const std::optional<ProbeSpec>& probe) {
    if (probe) slot(type).emplace(type, *probe, created);
  };
  add(ProbeType::liveness, spec_.liveness_probe);
  add(ProbeType::readiness, spec_.readiness_probe);
  add(ProbeType::startup, spec_.startup_probe);
}

Pod Pod::running_since(PodSpec spec, Time created, Time now, bool ready) {
  Pod pod(std::move(spec), created);
  pod.lifecycle_.adopt(std::min(created + pod.spec_.creation, now));
  for (auto& worker : pod.workers_) {
    if (!worker) continue;
    const bool fails = worker->type() == ProbeType::readiness && !ready;
    worker->adopt(pod.container().id, fails ? ProbeResult::failure : ProbeResult::success, now);
  }
  pod.endpoint_ = pod.endpoint();
  return pod;
}

Pod Pod::none(PodSpec spec) {
  Pod pod(std::move(spec), Time{});
  pod.deleting_ = true;
  std::vector<PodEvent> untold;
  pod.finish_removal(Time{}, untold);
  return pod;
}

std::optional<Time> Pod::next_event() const {
  std::optional<Time> next = removed_ ? std::nullopt : lifecycle_.next_event();
  for (const auto& worker : workers_) {
    const auto at = worker ? due(*worker) : std::nullopt;
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

void Pod::step(Time now, Process& process, std::vector<PodEvent>& events) {
  const RunProbe run = [&](ProbeType type, const ProbeSpec& spec, Time at) { return process.probe(type, spec, at); };
  while (next_event() && *next_event() <= now) {
    if (!removed_ && lifecycle_.next_event() && *lifecycle_.next_event() <= now) step_lifecycle(now, process, events);
    for (const ProbeType type : kOrder) {
      auto& worker = slot(type);
      const auto at = worker ? due(*worker) : std::nullopt;
      if (!at || *at > now) continue;
      const std::uint64_t failed = worker->counts().failed;
      const auto publication = worker->tick(now, view(), run);
      if (publication) {
        obey(*publication, process, events);
      } else if (worker->counts().failed > failed) {
        events.push_back({.at = now,
                          .kind = EventKind::probe_failure,
                          .probe = type,
                          .decides = false,
                          .detail = worker->last_failure()});
      }
    }
  }
  update_endpoint(now, events);
}

std::optional<Time> Pod::due(const Worker& worker) const {
  return worker.idle(container().id) ? std::nullopt : worker.next_tick();
}

bool Pod::steady() const {
  if (deleting_ || lifecycle_.next_event() || !ready()) return false;
  const ContainerView now = view();
  return std::ranges::all_of(workers_, [&](const auto& worker) { return !worker || worker->steady(now); });
}

void Pod::coast(Time until) {
  for (auto& worker : workers_) {
    if (worker) worker->coast(until);
  }
}

void Pod::exited(Time now, Exit exit, std::vector<PodEvent>& events) {
  if (!lifecycle_.running()) return;
  lifecycle_.exited(now, exit);
  report_exit(now, events);
  update_endpoint(now, events);
}

void Pod::set_unreachable(bool unreachable, Time now, std::vector<PodEvent>& events) {
  unreachable_ = unreachable;
  update_endpoint(now, events);
}

void Pod::remove(Time now, Process& process, std::vector<PodEvent>& events) {
  if (deleting_) return;
  deleting_ = true;
  update_endpoint(now, events);
  // StopLivenessAndStartup; readiness is probed until the end.
  for (const ProbeType type : {ProbeType::liveness, ProbeType::startup}) {
    if (auto& worker = slot(type)) worker->stop();
  }
  kill(now, KillReason::pod_deleted, process, events);
  if (!lifecycle_.running()) finish_removal(now, events);
}

bool Pod::started() const {
  if (!running()) return false;
  const Worker* startup = worker(ProbeType::startup);
  return !startup || startup->result(container().id) == ProbeResult::success;
}

bool Pod::ready() const {
  if (!started() || unreachable_) return false;
  const Worker* readiness = worker(ProbeType::readiness);
  return !readiness || readiness->result(container().id) == ProbeResult::success;
}

const Worker* Pod::worker(ProbeType type) const {
  const auto& worker = workers_[static_cast<std::size_t>(type)];
  return worker ? &*worker : nullptr;
}

void Pod::update_endpoint(Time now, std::vector<PodEvent>& events) {
  if (endpoint() == endpoint_) return;
  endpoint_ = !endpoint_;
  events.push_back({.at = now, .kind = endpoint_ ? EventKind::endpoint_ready : EventKind::endpoint_unready});
}

void Pod::step_lifecycle(Time now, Process& process, std::vector<PodEvent>& events) {
  const Lifecycle::Step step = lifecycle_.step(now);
  if (step == Lifecycle::Step::hook_over) {
    lifecycle_.signal(now, process.shutdown(now));
    return;
  }
  if (step != Lifecycle::Step::started) {
    report_exit(now, events);
    return;
  }
  for (auto& worker : workers_) {
    if (worker) worker->skip_to(now);
  }
  const ContainerStatus& status = container();
  if (status.restarts == 0) {
    events.push_back({.at = now, .kind = EventKind::container_started});
  } else {
    events.push_back({.at = now,
                      .kind = EventKind::container_restarted,
                      .detail = status.last ? describe(*status.last) : std::string()});
  }
  request_readiness(now);
}

void Pod::report_exit(Time now, std::vector<PodEvent>& events) {
  const ContainerStatus& status = container();
  const auto& ended = status.terminated ? status.terminated : status.last;
  if (ended && ended->finished == now) {
    const bool memory = ended->reason == TerminationReason::oom_killed;
    events.push_back({.at = now,
                      .kind = memory ? EventKind::container_oom_killed : EventKind::container_exited,
                      .detail = describe(*ended)});
  }
  if (deleting_) {
    finish_removal(now, events);
  } else if (status.state == ContainerState::waiting) {
    const Duration wait = *lifecycle_.next_event() - spec_.creation - now;
    events.push_back(
        {.at = now, .kind = EventKind::container_backoff, .detail = format("{} s", to_seconds(wait)), .delay = wait});
  }
}

void Pod::finish_removal(Time now, std::vector<PodEvent>& events) {
  removed_ = true;
  for (auto& worker : workers_) {
    if (worker) worker->stop();
  }
  events.push_back({.at = now, .kind = EventKind::pod_removed});
}

// kubelet.go, syncLoopIteration: each published result makes the kubelet look at the pod again.
void Pod::obey(const Publication& publication, Process& process, std::vector<PodEvent>& events) {
  if (publication.container != container().id || removed_) return;
  const bool success = publication.result == ProbeResult::success;
  if (publication.probed) {
    events.push_back({.at = publication.at,
                      .kind = success ? EventKind::probe_success : EventKind::probe_failure,
                      .probe = publication.type,
                      .warning = publication.warning,
                      .detail = publication.detail});
  }
  if (!running()) return;
  if (publication.type != ProbeType::readiness && !success) {
    const bool liveness = publication.type == ProbeType::liveness;
    kill(publication.at, liveness ? KillReason::liveness_probe : KillReason::startup_probe, process, events);
  } else if (publication.type != ProbeType::liveness) {
    request_readiness(publication.at);
  }
}

void Pod::kill(Time now, KillReason reason, Process& process, std::vector<PodEvent>& events) {
  if (reason == KillReason::pod_deleted ? !running() : lifecycle_.stopping()) {
    lifecycle_.kill(now, {}, {}, reason != KillReason::pod_deleted);
    return;
  }
  std::int64_t grace = spec_.termination_grace_period_seconds;
  const auto own = [&](const std::optional<ProbeSpec>& probe) {
    if (probe && probe->termination_grace_period_seconds) grace = *probe->termination_grace_period_seconds;
  };
  if (reason == KillReason::liveness_probe) own(spec_.liveness_probe);
  if (reason == KillReason::startup_probe) own(spec_.startup_probe);
  static constexpr const char* kWhy[] = {"the liveness probe failed", "the startup probe failed", "the pod is deleted"};
  events.push_back({.at = now, .kind = EventKind::container_killed, .detail = kWhy[static_cast<std::size_t>(reason)]});
  const bool restart = reason != KillReason::pod_deleted;
  if (spec_.pre_stop && grace > 0) {
    lifecycle_.kill_after_hook(now, *spec_.pre_stop, std::chrono::seconds(grace), restart);
  } else {
    lifecycle_.kill(now, std::chrono::seconds(grace), process.shutdown(now), restart);
  }
}

void Pod::request_readiness(Time now) {
  auto& readiness = slot(ProbeType::readiness);
  if (readiness && started() && !ready()) readiness->trigger(now);
}

ContainerView Pod::view() const {
  return {.id = container().id,
          .running = running(),
          .started = started(),
          .started_at = container().since,
          .pod_deleting = deleting_,
          .pod_terminal = removed_};
}

}  // namespace firedrill::fake_services
