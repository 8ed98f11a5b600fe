// How Deployments are brought to what is asked of them: pods that are replaced, added and taken away.
#include <algorithm>
#include <utility>

#include "fake_services/pods/pods.h"
#include "fake_services/pods/replica_process.h"

namespace firedrill::fake_services {

bool Pods::outdated(const Body& body) const {
  return body.process.release() != body.wanted || body.revision != rollouts_[body.service].revision;
}

// Of the template that the Deployment was last given: where only some places have a version, that is the newest.
const Release* Pods::newest(std::size_t service) const {
  for (const std::size_t i : members_[service]) {
    if (stays(i) && bodies_[i].wanted != nullptr) return bodies_[i].wanted;
  }
  return nullptr;
}

bool Pods::available(const Body& body, Time t) const {
  const ServiceSpec& service = model_->services[body.service].spec;
  if (!body.pod.endpoint()) return false;
  return service.min_ready_seconds == 0 || t >= body.ready_since + std::chrono::seconds(service.min_ready_seconds);
}

// A release may say for itself how many pods may be missing while it comes or goes.
RolloutBounds Pods::bounds(std::size_t service) const {
  StrategySpec strategy = model_->services[service].spec.strategy;
  for (const std::size_t i : members_[service]) {
    const Release* runs = bodies_[i].process.release();
    if (!stays(i) || runs == bodies_[i].wanted) continue;
    const Release& release = bodies_[i].wanted != nullptr ? *bodies_[i].wanted : *runs;
    if (release.max_unavailable) strategy.max_unavailable = {*release.max_unavailable, true};
  }
  return bounds_of(strategy, rollouts_[service].replicas);
}

void Pods::roll(std::size_t service, Time t, const Flow& flow, events::Sink& sink, const AddSlot& add) {
  while (move(service, t, flow, sink, add)) rollouts_[service].progress = t;
  look_at_progress(service, t);
}

// The next moves, as the Deployment's controller makes them one after the other; false if there are none.
bool Pods::move(std::size_t service, Time t, const Flow& flow, events::Sink& sink, const AddSlot& add) {
  const std::size_t replicas = rollouts_[service].replicas;
  std::vector<RollingPod> pods;
  std::vector<std::size_t> bodies;
  std::vector<std::size_t> going;
  bool terminating = false;
  for (const std::size_t i : members_[service]) {
    const Body& body = bodies_[i];
    terminating = terminating || (exists(i) && !stays(i) && !body.evicted);
    if (!stays(i)) continue;
    if (body.place >= replicas) {
      going.push_back(i);
      continue;
    }
    pods.push_back({body.place, outdated(body), available(body, t), body.evicted});
    bodies.push_back(i);
  }
  const RolloutBounds allowed = bounds(service);
  for (const std::size_t pod : next_evictions(pods, replicas, allowed)) going.push_back(bodies[pod]);
  if (!going.empty()) {  // what is missing then is made next
    for (const std::size_t i : going) withdraw(i, t, flow, sink);
    return true;
  }
  const RolloutMoves moves = next_moves(pods, replicas, allowed, terminating);
  for (const std::size_t pod : moves.withdraw) going.push_back(bodies[pod]);
  for (const std::size_t place : moves.make) make(service, place, t, flow, add);
  for (const std::size_t i : going) withdraw(i, t, flow, sink);
  return !moves.none();
}

void Pods::look_at_progress(std::size_t service, Time t) {
  Rollout& rollout = rollouts_[service];
  const Duration least = std::chrono::seconds(model_->services[service].spec.min_ready_seconds);
  std::size_t there = 0;
  std::size_t done = 0;
  for (const std::size_t i : members_[service]) {
    const Body& body = bodies_[i];
    if (!stays(i)) continue;
    ++there;
    if (available(body, t)) {
      done += outdated(body) || body.evicted ? 0 : 1;
    } else if (body.pod.endpoint()) {
      next_ = std::min(next_, body.ready_since + least);
    }
  }
  if (done > rollout.done) rollout.progress = t;
  rollout.done = done;
  rollout.going = done < rollout.replicas || there > rollout.replicas;
}

void Pods::make(std::size_t service, std::size_t place, Time t, const Flow& flow, const AddSlot& add) {
  const auto is_free = [&](std::size_t i) {
    return bodies_[i].place == place && !exists(i) && !bodies_[i].route.there() && !bodies_[i].route.next();
  };
  const auto found = std::ranges::find_if(members_[service], is_free);
  std::size_t index = 0;
  if (found != members_[service].end()) {
    index = *found;
  } else {
    add(service, place);
    index = members_[service].back();
  }
  Body& body = bodies_[index];
  renew(body, t);
  changes_.made.push_back(index);
  note_change(service);
  plan(body, flow.class_of(service, body.replica), t);
}

void Pods::withdraw(std::size_t index, Time t, const Flow& flow, events::Sink& sink) {
  Body& body = bodies_[index];
  const ReplicaClass& k = flow.class_of(body.service, body.replica);
  if (body.coasting) body.pod.coast(t);
  body.coasting = false;
  const Duration routed_for = body.route.leave(t, body.lags);
  ReplicaProcess process(model_->services[body.service], k, body.process, body.pod, body.container, body.chance,
                         routed_for);
  scratch_.clear();
  body.pod.remove(t, process, scratch_);
  report(body, sink);
  note(body, index, t, flow);
  plan(body, k, t);
}

void Pods::renew(Body& body, Time t) {
  body.pod = Pod(pod_spec_of(model_->services[body.service].spec), t);
  body.container = 0;
  body.stopping = body.evicted = false;
  body.lost_since.reset();
  body.ready_since = Time::min();
  body.process.gone(t);
  body.process.set_release(body.wanted, t);
  body.revision = rollouts_[body.service].revision;
  body.face = face_of(body);
  identify(body, t);
}

void Pods::identify(Body& body, Time from) {
  const ServiceSpec& service = model_->services[body.service].spec;
  const Release* release = body.process.release();
  const PodTemplate of{release != nullptr ? release->version : service.version, body.revision};
  body.number = rollouts_[body.service].made++;
  body.identity = identity_of(service, of, body.number, lives_.size(), node_for(body.service, body.place, from));
  body.life = lives_.size();
  lives_.push_back({.service = body.service,
                    .replica = body.replica,
                    .name = body.identity.pod,
                    .instance = body.identity.instance,
                    .from = from});
}

// Its kubelet has been out of touch for so long that the control plane has noticed: no pod is bound to it.
bool Pods::not_ready(const std::string& node, Time t) const {
  return std::ranges::any_of(bodies_, [&](const Body& body) {
    return body.identity.node == node && !body.pod.removed() && body.lost_since &&
           t >= *body.lost_since + kNodeMonitorGrace;
  });
}

std::string Pods::node_for(std::size_t service, std::size_t place, Time t) const {
  const auto open = [&](const std::string& node) {
    return std::ranges::find(cordoned_, node) == cordoned_.end() && !not_ready(node, t);
  };
  const ServiceSpec& spec = model_->services[service].spec;
  const std::string usual = node_of(spec, place);
  if (open(usual)) return usual;
  for (std::size_t i = 1; i < spec.zones.size(); ++i) {
    if (std::string other = node_of(spec, place + i); open(other)) return other;
  }
  for (const ServiceModel& m : model_->services) {
    for (std::size_t i = 0; !m.spec.external && i < std::max<std::size_t>(1, m.spec.zones.size()); ++i) {
      if (std::string other = node_of(m.spec, i); open(other)) return other;
    }
  }
  return usual;
}

void Pods::cordon(const std::string& node) {
  if (std::ranges::find(cordoned_, node) == cordoned_.end()) cordoned_.push_back(node);
}

void Pods::set_conditions(std::size_t service, std::span<const PodConditions> conditions, Time t) {
  bool asked = false;
  bool released = false;
  for (std::size_t r = 0; r < members_[service].size(); ++r) {
    Body& body = bodies_[members_[service][r]];
    PodConditions own = conditions[r];
    const bool counts = body.place < rollouts_[service].replicas && stays(members_[service][r]);
    asked = asked || (counts && own.release != body.wanted);
    released = released || own.release != nullptr;
    body.wanted = own.release;
    own.release = nullptr;  // a version is that of the pod, and not of the process
    if (own != body.process.conditions()) body.process.set_conditions(own, t);
  }
  if (asked) begin_rollout(service, t);
  note_release(service, released);
}

// A version that goes is followed by the template that it came after, whatever was restarted meanwhile.
void Pods::note_release(std::size_t service, bool released) {
  Rollout& rollout = rollouts_[service];
  if (released && !rollout.before_release) {
    rollout.before_release = RevisionPair{rollout.revision, rollout.before};
  } else if (!released && rollout.before_release) {
    rollout.revision = rollout.before_release->revision;
    rollout.before = rollout.before_release->before;
    rollout.before_release.reset();
  }
}

Pods::Rollout& Pods::begin_rollout(std::size_t service, Time t) {
  Rollout& rollout = rollouts_[service];
  ++rollout.generation;
  rollout.going = true;
  rollout.done = 0;
  rollout.progress = t;
  next_ = std::min(next_, t);
  return rollout;
}

void Pods::restart(std::size_t service, Time t) {
  Rollout& rollout = begin_rollout(service, t);
  rollout.before = std::exchange(rollout.revision, ++rollout.newest);
}

void Pods::roll_back(std::size_t service, Time t) {
  for (const std::size_t i : members_[service]) {
    if (bodies_[i].wanted != nullptr) return;
  }
  Rollout& rollout = begin_rollout(service, t);
  std::swap(rollout.revision, rollout.before);
}

void Pods::evict(std::size_t pod, Time t) {
  Rollout& rollout = rollouts_[bodies_[pod].service];
  bodies_[pod].evicted = true;
  rollout.going = true;
  rollout.progress = t;
  next_ = std::min(next_, t);
}

void Pods::scale(std::size_t service, std::size_t replicas, Time t) {
  if (rollouts_[service].replicas == replicas) return;
  begin_rollout(service, t).replicas = replicas;
}

std::vector<RolloutState> Pods::rollouts(Time t) const {
  std::vector<RolloutState> out;
  for (std::size_t s = 0; s < rollouts_.size(); ++s) {
    if (members_[s].empty()) continue;
    const Rollout& rollout = rollouts_[s];
    const Duration deadline = std::chrono::seconds(model_->services[s].spec.progress_deadline_seconds);
    RolloutState state{.replicas = rollout.replicas,
                       .unavailable = bounds(s).unavailable,
                       .generation = rollout.generation,
                       .stalled = rollout.going && t - rollout.progress > deadline};
    const Release* last = newest(s);
    for (const std::size_t i : members_[s]) {
      if (!stays(i)) continue;
      const bool updated = bodies_[i].process.release() == last && bodies_[i].revision == rollout.revision;
      state.outdated += updated ? 0 : 1;
      state.warming += bodies_[i].pod.endpoint() && !available(bodies_[i], t) ? 1 : 0;
    }
    out.push_back(state);
  }
  return out;
}

}  // namespace firedrill::fake_services
