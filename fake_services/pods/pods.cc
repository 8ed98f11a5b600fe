#include "fake_services/pods/pods.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/pods/health.h"
#include "fake_services/pods/initial_state.h"
#include "fake_services/pods/replica_process.h"
#include "fake_services/topology/pre_stop.h"

namespace firedrill::fake_services {
namespace {

constexpr Exit kKilledForMemory{137, true};
// What leaks, leaks with the requests, of which no two replicas get quite the same number.
constexpr double kLeakSpread = 1e-4;

constexpr ProbeType kProbeTypes[] = {ProbeType::liveness, ProbeType::readiness, ProbeType::startup};

}  // namespace

PodSpec pod_spec_of(const ServiceSpec& service) {
  return {.liveness_probe = service.liveness_probe,
          .readiness_probe = service.readiness_probe,
          .startup_probe = service.startup_probe,
          .termination_grace_period_seconds = service.termination_grace_period_seconds,
          .pre_stop = service.lifecycle.pre_stop ? pre_stop_time(*service.lifecycle.pre_stop) : std::nullopt};
}

namespace {

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
    : model_(&model),
      members_(model.services.size()),
      places_(model.services.size(), 0),
      rollouts_(model.services.size()),
      losses_(model.services.size()),
      lost_(model.services.size()) {
  for (const ServiceModel& m : model.services) ready_.push_back(m.spec.replicas);
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    const ServiceSpec& service = model.services[s].spec;
    if (service.external) continue;
    rollouts_[s].replicas = static_cast<std::size_t>(service.replicas);
    const PodSpec spec = pod_spec_of(service);
    const InitialPodState initial = initial_state_of(service);
    Time oldest = now;
    for (std::size_t r = 0; r < rollouts_[s].replicas && initial.settled; ++r) {
      oldest = std::min(oldest, started[bodies_.size() + r]);
    }
    rollouts_[s].revisions = Revisions(service, oldest - spec.creation, rollouts_[s].replicas);
    for (std::size_t r = 0; r < rollouts_[s].replicas; ++r) {
      // Containers were started at different seconds, so that the ticks of their probes are spread.
      const Time since = initial.settled ? started[bodies_.size()] : now;
      Pod pod = initial.settled ? Pod::running_since(spec, since - spec.creation, now, initial.ready)
                                : Pod(spec, now - spec.creation);
      identify(add_body(s, r, std::move(pod), since, seed), Time::min(), node_of(service, r));
    }
  }
}

// Chance is that of the slot, whatever pods come into it.
Pods::Body& Pods::add_body(std::size_t s, std::size_t place, Pod pod, Time since, std::uint64_t seed) {
  const ServiceSpec& service = model_->services[s].spec;
  const std::size_t replica = members_[s].size();
  const std::string slot = format("{}-{}", service.name, replica);
  RandomStream leak(seed, format("pod/{}/leak", slot));
  const double pace = std::clamp(1 + kLeakSpread * leak.normal(), 1 - 3 * kLeakSpread, 1 + 3 * kLeakSpread);
  members_[s].push_back(bodies_.size());
  places_[s] = std::max(places_[s], place + 1);
  const bool endpoint = pod.endpoint();
  bodies_.push_back({.service = s,
                     .replica = replica,
                     .place = place,
                     .pod = std::move(pod),
                     .chance = RandomStream(seed, format("pod/{}/probes", slot)),
                     .lags = RandomStream(seed, format("pod/{}/endpoints", slot)),
                     .process = ProcessState(service.startup, since, pace),
                     .route = Route(endpoint),
                     .wanted = rollouts_[s].revisions.current(),
                     .set = rollouts_[s].revisions.current()});
  bodies_.back().container = bodies_.back().pod.container().id;
  bodies_.back().face = face_of(bodies_.back());
  return bodies_.back();
}

// What is asked of the place is asked of whatever pod comes into the slot.
void Pods::add_replica(std::size_t service, std::size_t place, std::uint64_t seed, Time t) {
  Body& body = add_body(service, place, Pod::none(pod_spec_of(model_->services[service].spec)), t, seed);
  body.process.gone(t);
  body.face = face_of(body);
  for (const std::size_t i : members_[service]) {
    if (bodies_[i].place != place || &bodies_[i] == &body) continue;
    body.asked = bodies_[i].asked;
    body.wanted = bodies_[i].wanted;
    body.process.set_conditions(bodies_[i].process.conditions(), t);
    break;
  }
}

std::size_t Pods::existing(std::size_t service) const {
  return static_cast<std::size_t>(std::ranges::count_if(members_[service], [this](std::size_t i) { return stays(i); }));
}

std::size_t Pods::endpoints(std::size_t service) const {
  const auto ready = [this](std::size_t i) { return bodies_[i].pod.endpoint(); };
  return static_cast<std::size_t>(std::ranges::count_if(members_[service], ready));
}

Pods::Face Pods::face_of(const Body& body) const {
  const bool running = body.pod.running();
  return {.routed = body.route.there(),
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

const Pods::Changes& Pods::process(Time t, const Flow& flow, events::Sink& sink, const AddSlot& add) {
  for (auto* list : {&changes_.services, &changes_.restarted, &changes_.made, &changes_.removed}) list->clear();
  next_ = Time::max();
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    Body& body = bodies_[i];
    if (!exists(i)) {
      if (body.route.next()) note(body, i, t, flow);
      continue;
    }
    if (out_of_touch(body, i, t, flow, sink)) continue;
    const ReplicaClass& k = flow.class_of(body.service, body.replica);
    if (!body.process.calm()) body.process.advance(t);
    const std::optional<Exit> end = end_of(body, k, t);
    const bool healthy =
        !end && body.process.calm() && !body.pod.deleting() && surely_healthy(model_->services[body.service], k);
    if (body.coasting && healthy) continue;
    if (body.coasting) body.pod.coast(t);
    body.coasting = false;
    scratch_.clear();
    if (end) body.pod.exited(t, *end, scratch_);
    step(body, t, flow);
    report(body, sink);
    note(body, i, t, flow);
    give_up(body, flow, t);
    const Face& face = body.face;
    body.coasting = healthy && face.routed && !body.route.next() && face.running && face.listening && !face.hangs &&
                    body.pod.steady();
    if (!body.coasting) plan(body, k, t);
  }
  for (std::size_t s = 0; s < rollouts_.size(); ++s) {
    if (rollouts_[s].going) roll(s, t, flow, sink, add);
    const std::optional<Time> told = losses_[s].next(t);
    if (told) next_ = std::min(next_, *told);
    // What was lost is told from here on, and no longer.
    if (lost_[s] != told) note_change(s);
    lost_[s] = told;
  }
  return changes_;
}

std::optional<Time> Pods::node_noticed(std::size_t pod) const {
  const Body& body = bodies_[pod];
  if (!body.lost_since || !exists(pod)) return std::nullopt;
  const Time noticed = *body.lost_since + kNodeMonitorGrace;
  if (lives_[body.life].from >= noticed) return std::nullopt;
  return noticed;
}

// Nobody looks after a pod whose node is gone. The control plane waits, and then takes it out of the balancing.
bool Pods::out_of_touch(Body& body, std::size_t index, Time t, const Flow& flow, events::Sink& sink) {
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
    const bool waits = body.pod.container().id == 0;  // it was made on a node that was gone already
    body.lost_since = waits ? lost_since(body).value_or(t) : t;
    lose(body, Loss::Kind::silent, flow, t);
  }
  const Time noticed = *body.lost_since + kNodeMonitorGrace;
  if (t < noticed) {
    next_ = std::min(next_, noticed);
  } else {
    body.pod.set_unreachable(true, t, scratch_);
    report(body, sink);
    look_at_toleration(body, index, t, flow, sink);
  }
  note(body, index, t, flow);
  return true;
}

void Pods::step(Body& body, Time t, const Flow& flow) {
  if (const auto at = body.pod.next_event(); at && *at <= t) {
    const ReplicaClass& k = flow.class_of(body.service, body.replica);
    // One that leaves is still sent requests, until the proxies have heard of it.
    const auto until = body.pod.deleting() && body.route.there() ? body.route.next() : std::nullopt;
    const Duration routed_for = until ? std::max(Duration(0), *until - t) : Duration(0);
    ReplicaProcess process(model_->services[body.service], k, body.process, body.pod, body.container, body.chance,
                           routed_for);
    body.pod.step(t, process, scratch_);
  }
}

void Pods::report(Body& body, events::Sink& sink) {
  for (PodEvent& event : scratch_) {
    if (event.kind == EventKind::probe_failure) sink.on_cluster_event(unhealthy(body, event));
    if (!event.decides) continue;
    count(event.kind, body.counts);
    if (event.kind == EventKind::endpoint_ready) body.ready_since = event.at;
    if (event.kind == EventKind::container_killed) body.stopping = true;
    sink.on_event(told(body, event));
  }
  scratch_.clear();
}

// A kubelet tells of each probe that fails, whether or not the pod is another for it.
events::ClusterEvent Pods::unhealthy(const Body& body, const PodEvent& event) const {
  return probe_failed(event.at, body.identity.pod, model_->services[body.service].spec.name, to_string(event.probe),
                      event.detail);
}

// With what everybody wants to know of the pod beside what happened to it.
events::Event Pods::told(const Body& body, PodEvent& event) {
  events::Event out{.t = event.at, .kind = event.kind, .subject = body.identity.pod, .fields = {}};
  out.with("service", model_->services[body.service].spec.name).with("instance", body.identity.instance);
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
    case EventKind::container_killed:
      // Its kubelet is told, and hears nothing.
      if (body.process.conditions().node_lost) out.with("node", std::string("out of touch"));
      [[fallthrough]];
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

void Pods::note(Body& body, std::size_t index, Time t, const Flow& flow) {
  const bool running = body.pod.running();
  if (const std::uint64_t id = body.pod.container().id; running && id != body.container) {
    body.container = id;
    body.stopping = false;
    body.process.begin(t);
    changes_.restarted.push_back(index);
  } else if (!running && body.face.running) {
    if (!drained(body)) lose(body, Loss::Kind::cut, flow, t);
    body.process.gone(t);
  }
  if (body.pod.removed()) end_life(body, index, t);
  body.route.see(body.pod.endpoint(), t, body.lags);
  if (const auto at = body.route.next()) next_ = std::min(next_, *at);
  const Face face = face_of(body);
  if (face == body.face) return;
  const bool consumer = model_->services[body.service].spec.consumer.has_value();
  if (face.hangs && !body.face.hangs && !consumer) {
    body.wedged = wedge(flow.class_of(body.service, body.replica), flow.service(body.service).senders.patience_s(), t);
  }
  body.face = face;
  note_change(body.service);
}

// It was told to end, had been taken out of the balancing before, and has ended when nothing was under way any more.
bool Pods::drained(const Body& body) {
  const ContainerStatus& status = body.pod.container();
  const auto& ended = status.terminated ? status.terminated : status.last;
  return body.stopping && !body.route.there() && ended && ended->exit_code == 0;
}

void Pods::end_life(Body& body, std::size_t index, Time t) {
  PodLife& life = lives_[body.life];
  if (life.until != Time::max()) return;
  life.until = t;
  for (const ProbeType type : kProbeTypes) {
    const Worker* worker = body.pod.worker(type);
    if (worker == nullptr) continue;
    const auto i = static_cast<std::size_t>(type);
    life.probes[i] = worker->counts();
    body.past[i].successful += worker->counts().successful;
    body.past[i].failed += worker->counts().failed;
  }
  changes_.removed.push_back(index);
  note_change(body.service);
}

// What a consumer worked on is in its queue still. Of a process that hangs, what came to it since then was told to be
// answered in vain as it came; what it had taken in before meets its end here, unless the client has given up. Where no
// other replica is up to tell it with, all requests fail anyway: it is told with those, of which as many are reset
// instead of refused.
void Pods::lose(Body& body, Loss::Kind kind, const Flow& flow, Time t) {
  if (!body.face.running || model_->services[body.service].spec.consumer) return;
  const auto wedged = std::exchange(body.wedged, std::nullopt);
  if (body.face.hangs && !wedged) return;
  double rate = 0;
  for (const double arrivals : flow.service(body.service).arrivals) rate += arrivals;
  const double lost = wedged ? wedged->requests : flow.class_of(body.service, body.replica).occupancy;
  const double waiting = wedged ? lost * wedged->waiting(t) : lost;
  const double up = reached(body.service, &body);
  losses_[body.service].add(kind, waiting, rate, up, t);
  losses_[body.service].add(Loss::Kind::silent, lost - waiting, rate, up, t);
}

double Pods::Wedged::waiting(Time t) const {
  const double spread_s = std::max(1e-3, std::min(stay_s, patience_s));  // over which they had come
  return std::clamp((patience_s - to_seconds(t - since)) / spread_s, 0.0, 1.0);
}

// What is there has come over as long as a request stays (Little).
Pods::Wedged Pods::wedge(const ReplicaClass& k, double patience_s, Time t) {
  const double stay_s = k.done_rate > 0 ? k.occupancy / k.done_rate : patience_s;
  return {.requests = k.occupancy, .stay_s = stay_s, .patience_s = patience_s, .since = t};
}

// Nothing ended it before the last of them had waited long enough.
void Pods::give_up(Body& body, const Flow& flow, Time t) {
  if (!body.wedged) return;
  if (!body.face.hangs) {
    body.wedged.reset();
  } else if (t >= body.wedged->all_gave_up()) {
    lose(body, Loss::Kind::silent, flow, t);
  }
}

// The share of the requests to a service that come upon a replica that is up, one of them left out.
double Pods::reached(std::size_t service, const Body* but) const {
  double routed = 0;
  double up = 0;
  for (const std::size_t i : members_[service]) {
    const Body& body = bodies_[i];
    if (!body.route.there()) continue;
    routed += 1;
    const bool answers = body.face.listening && !body.face.hangs && !body.process.conditions().node_lost;
    up += &body != but && answers ? 1 : 0;
  }
  return routed > 0 ? up / routed : 0;
}

// The share that come upon a replica where nothing listens.
double Pods::refusing(std::size_t service) const {
  double routed = 0;
  double down = 0;
  for (const std::size_t i : members_[service]) {
    if (!bodies_[i].route.there()) continue;
    routed += 1;
    down += bodies_[i].face.listening ? 0 : 1;
  }
  return routed > 0 ? down / routed : 0;
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
  if (body.wedged) consider(body.wedged->all_gave_up());
  const double limit = memory_limit(body);
  if (limit <= 0) return;
  if (const auto full = body.process.leaked_by(limit - memory(body, k))) consider(*full + Duration(1));
}

void Pods::apply(std::size_t service, Time t, std::span<TrafficConditions> conditions) const {
  const bool lost = losses_[service].next(t).has_value();
  const double up = lost ? reached(service, nullptr) : 0;
  const bool nobody = lost && up <= 0;
  const double cut = lost && !nobody ? losses_[service].share(Loss::Kind::cut, up, t) : 0;
  const double reset = nobody ? losses_[service].share(Loss::Kind::cut, refusing(service), t) : 0;
  const double silent = lost ? losses_[service].share(Loss::Kind::silent, up, t) : 0;
  for (std::size_t r = 0; r < members_[service].size(); ++r) {
    const Face& face = bodies_[members_[service][r]].face;
    conditions[r].ready = face.routed;
    conditions[r].running = face.running;
    for (RequestConditions& route : conditions[r].routes) {
      route.torn = cut;
      route.gone = silent;
    }
    if (face.release != nullptr) {
      const Release& release = *face.release;
      for (RequestConditions& route : conditions[r].routes) {
        if (release.errors > 0) route.add_reply(release.code, release.errors, 0);
      }
      conditions[r].replica.cpu_factor *= release.cpu_factor;
    }
    conditions[r].working = !face.hangs;
    if (face.hangs) {
      for (RequestConditions& route : conditions[r].routes) route.silent = 1;
      for (RequestConditions& probe : conditions[r].health) probe.silent = 1;
    }
    if (face.listening) continue;
    for (RequestConditions& route : conditions[r].routes) {
      if (reset > 0) route.fail_connects(ConnectFailure::reset, 1);
      route.refuse(1 - reset);
    }
    for (RequestConditions& probe : conditions[r].health) probe.refuse(1);
    conditions[r].replica.scrapes_refused = 1;
  }
}

const Pod& Pods::seen_at(std::size_t pod, Time t) {
  Body& body = bodies_[pod];
  if (body.coasting) body.pod.coast(t);
  return body.pod;
}

std::optional<Worker::Counts> Pods::probed(std::size_t pod, ProbeType type, Time t) {
  const Worker* worker = seen_at(pod, t).worker(type);
  if (worker == nullptr) return std::nullopt;
  Worker::Counts sum = bodies_[pod].past[static_cast<std::size_t>(type)];
  if (!exists(pod)) return sum;
  sum.successful += worker->counts().successful;
  sum.failed += worker->counts().failed;
  return sum;
}

std::vector<ProbeState> Pods::states(Time t) {
  std::vector<ProbeState> out;
  for (const PodLife& life : lives_) {
    const bool there = life.until == Time::max();
    for (const ProbeType type : kProbeTypes) {
      std::optional<Worker::Counts> counts = life.probes[static_cast<std::size_t>(type)];
      if (there) {
        const Worker* worker = seen_at(index_of(life.service, life.replica), t).worker(type);
        if (worker != nullptr) counts = worker->counts();
      }
      if (!counts) continue;
      out.push_back({model_->services[life.service].spec.name, life.name, life.instance, type,
                     counts->successful + counts->failed, counts->failed, counts->slowest, counts->slowest_at});
    }
  }
  return out;
}

}  // namespace firedrill::fake_services
