#include "fake_services/pods/pods.h"

#include <algorithm>

#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/pods/health.h"
#include "fake_services/pods/initial_state.h"
#include "fake_services/pods/replica_process.h"

namespace firedrill::fake_services {
namespace {

constexpr Exit kKilledForMemory{137, true};
// What leaks, leaks with the requests, of which no two replicas get quite the same number.
constexpr double kLeakSpread = 1e-4;
// node-monitor-grace-period of the controller manager.
constexpr Duration kNodeMonitorGrace = std::chrono::seconds(50);

PodSpec pod_spec(const ServiceSpec& service) {
  return {.liveness_probe = service.liveness_probe,
          .readiness_probe = service.readiness_probe,
          .startup_probe = service.startup_probe,
          .termination_grace_period_seconds = service.termination_grace_period_seconds};
}

void count(EventKind kind, PodCounts& counts) {
  switch (kind) {
    case EventKind::container_restarted:
      counts.restarts += 1;
      break;
    case EventKind::container_exited:
      counts.exits += 1;
      break;
    case EventKind::container_oom_killed:
      counts.oom_kills += 1;
      break;
    case EventKind::container_killed:
      counts.kills += 1;
      break;
    case EventKind::endpoint_ready:
    case EventKind::endpoint_unready:
      counts.endpoint_changes += 1;
      break;
    default:
      break;
  }
}

}  // namespace

Pods::Pods(const FlowModel& model, std::uint64_t seed, std::span<const Time> started, Time now)
    : model_(&model), members_(model.services.size()), rollouts_(model.services.size()) {
  for (const ServiceModel& m : model.services) ready_.push_back(m.spec.replicas);
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const ServiceSpec& service = model.services[s].spec;
    if (service.external) continue;
    rollouts_[s].replicas = static_cast<std::size_t>(service.replicas);
    const PodSpec spec = pod_spec(service);
    const InitialPodState initial = initial_state_of(service);
    for (std::size_t r = 0; r < rollouts_[s].replicas; ++r) {
      // Containers were started at different seconds, so that the ticks of their probes are spread.
      const Time since = initial.settled ? started[bodies_.size()] : now;
      add_body(s,
               initial.settled ? Pod::running_since(spec, since - spec.creation, now, initial.ready)
                               : Pod(spec, now - spec.creation),
               since, seed);
    }
  }
}

void Pods::add_body(std::size_t s, Pod pod, Time since, std::uint64_t seed) {
  const ServiceSpec& service = model_->services[s].spec;
  const std::size_t replica = members_[s].size();
  std::string name = format("{}-{}", service.name, replica);
  RandomStream chance(seed, format("pod/{}/probes", name));
  RandomStream leak(seed, format("pod/{}/leak", name));
  const double pace = std::clamp(1 + kLeakSpread * leak.normal(), 1 - 3 * kLeakSpread, 1 + 3 * kLeakSpread);
  members_[s].push_back(bodies_.size());
  bodies_.push_back({.service = s,
                     .replica = replica,
                     .name = name,
                     .instance = format("{}:{}", name, service.port),
                     .pod = std::move(pod),
                     .chance = std::move(chance),
                     .process = ProcessState(service.startup, since, pace)});
  bodies_.back().container = bodies_.back().pod.container().id;
  bodies_.back().face = face_of(bodies_.back());
}

void Pods::add_replica(std::size_t service, std::uint64_t seed, Time t) {
  add_body(service, Pod::none(pod_spec(model_->services[service].spec)), t, seed);
}

std::size_t Pods::existing(std::size_t service) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(members_[service], [this](std::size_t i) { return exists(i); }));
}

Pods::Face Pods::face_of(const Body& body) const {
  const bool running = body.pod.running();
  return {.ready = body.pod.endpoint(),
          .running = running,
          .listening = running && body.process.up(),
          .hangs = running && body.process.hangs(),
          .release = body.process.release()};
}

double Pods::memory_limit(const Body& body) const {
  const double given = body.process.conditions().memory_limit;
  return given > 0 ? given : model_->services[body.service].spec.memory.limit;
}

double Pods::memory(const Body& body, const ReplicaClass& k) const {
  const MemorySpec& memory = model_->services[body.service].spec.memory;
  return memory.baseline + memory.per_request * k.occupancy;
}

// A container whose memory goes over its limit is killed.
std::optional<Exit> Pods::end_of(const Body& body, const ReplicaClass& k, Time t) const {
  if (!body.pod.running()) return std::nullopt;
  if (!body.process.calm()) {
    if (const auto end = body.process.end_at(t)) return end;
  }
  const double limit = memory_limit(body);
  if (limit > 0 && memory(body, k) + body.process.leaked(t) > limit) return kKilledForMemory;
  return std::nullopt;
}

const Pods::Changes& Pods::process(Time t, const Flow& flow, events::Sink& sink) {
  changes_.services.clear();
  changes_.restarted.clear();
  next_ = Time::max();
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    Body& body = bodies_[i];
    if (!exists(i) || out_of_touch(body, i, t, sink)) continue;
    const ReplicaClass& k = flow.class_of(body.service, body.replica);
    if (!body.process.calm()) body.process.advance(t);
    const std::optional<Exit> end = end_of(body, k, t);
    const bool healthy =
        !end && body.process.calm() && !body.replacing && surely_healthy(model_->services[body.service], k);
    if (body.coasting && healthy) continue;
    if (body.coasting) body.pod.coast(t);
    body.coasting = false;
    scratch_.clear();
    if (end) body.pod.exited(t, *end, scratch_);
    step(body, t, flow);
    report(body, sink);
    note(body, i, t);
    const Face& face = body.face;
    body.coasting = healthy && face.ready && face.running && face.listening && !face.hangs && body.pod.steady();
    if (!body.coasting) plan(body, k, t);
  }
  for (std::size_t s = 0; s < rollouts_.size(); ++s) {
    if (rollouts_[s].resizing) resize(s, t, flow, sink);
    if (rollouts_[s].going) roll(s, t, flow, sink);
  }
  return changes_;
}

// Nobody looks after a pod whose node is gone. The control plane waits, and then takes it out of the balancing.
bool Pods::out_of_touch(Body& body, std::size_t index, Time t, events::Sink& sink) {
  const bool lost = body.process.conditions().node_lost;
  if (lost == body.lost_since.has_value() && !lost) return false;
  scratch_.clear();
  if (!lost) {
    body.lost_since.reset();
    body.pod.set_unreachable(false, t, scratch_);
    report(body, sink);
    return false;
  }
  if (!body.lost_since) {
    if (body.coasting) body.pod.coast(t);
    body.coasting = false;
    body.lost_since = t;
  }
  const Time noticed = *body.lost_since + kNodeMonitorGrace;
  if (t < noticed) {
    next_ = std::min(next_, noticed);
  } else {
    body.pod.set_unreachable(true, t, scratch_);
    report(body, sink);
    note(body, index, t);
  }
  return true;
}

void Pods::step(Body& body, Time t, const Flow& flow) {
  if (const auto at = body.pod.next_event(); at && *at <= t) {
    const ReplicaClass& k = flow.class_of(body.service, body.replica);
    ReplicaProcess process(model_->services[body.service], k, body.process, body.pod, body.container, body.chance);
    body.pod.step(t, process, scratch_);
  }
}

void Pods::report(Body& body, events::Sink& sink) {
  for (PodEvent& event : scratch_) {
    count(event.kind, body.counts);
    sink.on_event(told(body, event));
  }
  scratch_.clear();
}

// With what everybody wants to know of the pod beside what happened to it.
events::Event Pods::told(const Body& body, PodEvent& event) {
  events::Event out{.t = event.at, .kind = event.kind, .subject = body.name, .fields = {}};
  out.with("service", model_->services[body.service].spec.name).with("instance", body.instance);
  switch (event.kind) {
    case EventKind::endpoint_ready:
    case EventKind::endpoint_unready:
      ready_[body.service] += event.kind == EventKind::endpoint_ready ? 1 : -1;
      out.with("ready", static_cast<double>(ready_[body.service]));
      return out;
    case EventKind::probe_success:
    case EventKind::probe_failure:
      out.with("probe", std::string(to_string(event.probe)));
      break;
    case EventKind::container_backoff:
      out.with("restarts", body.counts.restarts).with("delay_seconds", to_seconds(event.delay));
      return out;
    case EventKind::pod_removed:
      return out;
    default:
      out.with("restarts", body.counts.restarts);
  }
  if (!event.detail.empty()) out.with("reason", std::move(event.detail));
  return out;
}

void Pods::tell_initial_state(Time t, events::Sink& sink) {
  for (const Body& body : bodies_) {
    for (PodEvent& event : events_at_start(model_->services[body.service].spec, t)) sink.on_event(told(body, event));
  }
}

void Pods::note(Body& body, std::size_t index, Time t) {
  if (body.replacing && body.pod.removed()) {
    body.replacing = false;
    wanted(body) ? renew(body, t) : note_change(body.service);
  }
  const bool running = body.pod.running();
  if (const std::uint64_t id = body.pod.container().id; running && id != body.container) {
    body.container = id;
    body.process.begin(t);
    changes_.restarted.push_back(index);
  } else if (!running && body.face.running) {
    body.process.gone(t);
  }
  const Face face = face_of(body);
  if (face == body.face) return;
  body.face = face;
  note_change(body.service);
}

void Pods::note_change(std::size_t service) {
  if (std::ranges::find(changes_.services, service) == changes_.services.end()) changes_.services.push_back(service);
}

// When it wants to be looked at again.
void Pods::plan(const Body& body, const ReplicaClass& k, Time t) {
  if (const auto at = body.pod.next_event()) next_ = std::min(next_, *at);
  const auto consider = [&](std::optional<Time> at) {
    if (at && *at > t) next_ = std::min(next_, *at);
  };
  consider(body.process.next_at());
  const double limit = memory_limit(body);
  if (limit <= 0) return;
  if (const auto full = body.process.leaked_by(limit - memory(body, k))) consider(*full + Duration(1));
}

void Pods::roll(std::size_t service, Time t, const Flow& flow, events::Sink& sink) {
  Rollout& rollout = rollouts_[service];
  std::vector<RollingPod> view;
  std::vector<std::size_t> rolled;  // bodies
  std::size_t done = 0;
  double max_unavailable = Release{}.max_unavailable;
  for (const std::size_t i : members_[service]) {
    const Body& body = bodies_[i];
    if (!rolls(body)) continue;
    rolled.push_back(i);
    const Release* running = body.process.release();
    view.push_back({.outdated = outdated(body), .available = body.face.ready, .going = body.replacing});
    done += !outdated(body) && body.face.ready ? 1 : 0;
    if (running == body.wanted) continue;
    max_unavailable = (body.wanted != nullptr ? body.wanted : running)->max_unavailable;
  }
  if (done > rollout.done) rollout.progress = t;
  rollout.done = done;
  rollout.going = done < view.size();
  for (const std::size_t i : to_replace(view, max_unavailable)) replace(rolled[i], t, flow, sink);
}

void Pods::resize(std::size_t service, Time t, const Flow& flow, events::Sink& sink) {
  rollouts_[service].resizing = false;
  for (const std::size_t i : members_[service]) {
    Body& body = bodies_[i];
    if (!wanted(body) && exists(i) && !body.replacing) replace(i, t, flow, sink);
    if (!wanted(body) || exists(i)) continue;
    renew(body, t);
    note_change(service);
    plan(body, flow.class_of(service, body.replica), t);
  }
}

void Pods::replace(std::size_t index, Time t, const Flow& flow, events::Sink& sink) {
  Body& body = bodies_[index];
  const ReplicaClass& k = flow.class_of(body.service, body.replica);
  if (body.coasting) body.pod.coast(t);
  body.coasting = false;
  body.replacing = true;
  ReplicaProcess process(model_->services[body.service], k, body.process, body.pod, body.container, body.chance);
  scratch_.clear();
  body.pod.remove(t, process, scratch_);
  report(body, sink);
  note(body, index, t);
  plan(body, k, t);
}

// The next pod takes the name and the address of the one before; its restarts and its probes count from zero.
void Pods::renew(Body& body, Time t) {
  for (const ProbeType type : {ProbeType::liveness, ProbeType::readiness, ProbeType::startup}) {
    const Worker* worker = body.pod.worker(type);
    if (worker == nullptr) continue;
    Worker::Counts& past = body.past[static_cast<std::size_t>(type)];
    past.successful += worker->counts().successful;
    past.failed += worker->counts().failed;
  }
  body.pod = Pod(pod_spec(model_->services[body.service].spec), t);
  body.container = 0;
  body.process.gone(t);
  body.process.set_release(body.wanted, t);
  body.restarts_asked = rollouts_[body.service].restarts_asked;
}

void Pods::apply(std::size_t service, std::span<TrafficConditions> conditions) const {
  for (std::size_t r = 0; r < members_[service].size(); ++r) {
    const Face& face = bodies_[members_[service][r]].face;
    conditions[r].ready = face.ready;
    conditions[r].running = face.running;
    if (face.release != nullptr) {
      const Release& release = *face.release;
      for (RequestConditions& route : conditions[r].routes) {
        if (release.errors > 0) route.add_reply(release.code, release.errors, 0);
      }
      conditions[r].replica.cpu_factor *= release.cpu_factor;
    }
    if (face.hangs) {
      for (RequestConditions& route : conditions[r].routes) route.silent = 1;
      for (RequestConditions& probe : conditions[r].health) probe.silent = 1;
    }
    if (face.listening) continue;
    for (RequestConditions& route : conditions[r].routes) route.refuse(1);
    for (RequestConditions& probe : conditions[r].health) probe.refuse(1);
    conditions[r].replica.scrapes_refused = 1;
  }
}

void Pods::set_conditions(std::size_t service, std::span<const PodConditions> conditions, Time t) {
  bool asked = false;
  for (std::size_t r = 0; r < members_[service].size(); ++r) {
    Body& body = bodies_[members_[service][r]];
    PodConditions own = conditions[r];
    asked = asked || (rolls(body) && own.release != body.wanted);
    body.wanted = own.release;
    own.release = nullptr;  // a version is that of the pod, and not of the process
    if (own != body.process.conditions()) body.process.set_conditions(own, t);
  }
  if (asked) begin_rollout(service, t);
}

Pods::Rollout& Pods::begin_rollout(std::size_t service, Time t) {
  Rollout& rollout = rollouts_[service];
  ++rollout.generation;
  rollout.going = true;
  rollout.done = 0;
  rollout.progress = t;
  return rollout;
}

void Pods::restart(std::size_t service, Time t) {
  ++begin_rollout(service, t).restarts_asked;
  next_ = std::min(next_, t);
}

void Pods::restart_one(std::size_t pod, Time t) {
  bodies_[pod].restarts_asked = -1;  // fewer than were ever asked
  begin_rollout(bodies_[pod].service, t);
  next_ = std::min(next_, t);
}

void Pods::scale(std::size_t service, std::size_t replicas, Time t) {
  Rollout& rollout = rollouts_[service];
  if (rollout.replicas == replicas) return;
  ++rollout.generation;
  rollout.replicas = replicas;
  rollout.resizing = true;
  next_ = std::min(next_, t);
}

bool Pods::outdated(const Body& body) const {
  return body.process.release() != body.wanted || body.restarts_asked < rollouts_[body.service].restarts_asked;
}

std::vector<RolloutState> Pods::rollouts(Time t) const {
  std::vector<RolloutState> out;
  for (std::size_t s = 0; s < rollouts_.size(); ++s) {
    if (members_[s].empty()) continue;
    const Rollout& rollout = rollouts_[s];
    RolloutState state{.replicas = rollout.replicas,
                       .outdated = 0,
                       .generation = rollout.generation,
                       .stalled = rollout.going && t - rollout.progress > kProgressDeadline};
    for (const std::size_t i : members_[s]) state.outdated += rolls(bodies_[i]) && outdated(bodies_[i]) ? 1 : 0;
    out.push_back(state);
  }
  return out;
}

const Pod& Pods::seen_at(std::size_t pod, Time t) {
  Body& body = bodies_[pod];
  if (body.coasting) body.pod.coast(t);
  return body.pod;
}

std::vector<ProbeState> Pods::states(Time t) {
  std::vector<ProbeState> out;
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    const Pod& pod = seen_at(i, t);
    for (const ProbeType type : {ProbeType::liveness, ProbeType::readiness, ProbeType::startup}) {
      const Worker* worker = pod.worker(type);
      if (worker == nullptr) continue;
      const Worker::Counts& counts = worker->counts();
      const Worker::Counts& past = bodies_[i].past[static_cast<std::size_t>(type)];
      const std::uint64_t failed = past.failed + counts.failed;
      out.push_back({model_->services[bodies_[i].service].spec.name, bodies_[i].name, bodies_[i].instance, type,
                     past.successful + counts.successful + failed, failed});
    }
  }
  return out;
}

}  // namespace firedrill::fake_services
