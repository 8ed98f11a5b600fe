// How Deployments are brought to what is asked of them: pods that are replaced, added and taken away.
#include <algorithm>
#include <utility>

#include "fake_services/pods/pods.h"
#include "fake_services/pods/replica_process.h"

namespace firedrill::fake_services {

bool Pods::outdated(const Body& body) const {
  return body.set != body.wanted;
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
    if (!stays(i) || !outdated(bodies_[i])) continue;
    const Release* comes = rollouts_[service].revisions.at(bodies_[i].wanted).pods.release;
    const Release* release = comes != nullptr ? comes : bodies_[i].process.release();
    if (release != nullptr && release->max_unavailable) strategy.max_unavailable = {*release->max_unavailable, true};
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
  std::vector<std::size_t> evicted;
  for (const std::size_t pod : next_evictions(pods, replicas, allowed)) evicted.push_back(bodies[pod]);
  if (!going.empty() || !evicted.empty()) {  // what is missing then is made next
    for (const std::size_t i : evicted) withdraw(i, t, flow, sink);
    for (const std::size_t i : going) take_away(i, t, flow, sink);
    tell_scaling(service, t, sink);
    return true;
  }
  const RolloutMoves moves = next_moves(pods, replicas, allowed, terminating);
  for (const std::size_t pod : moves.withdraw) going.push_back(bodies[pod]);
  for (const std::size_t place : moves.make) make(service, place, t, flow, add);
  for (const std::size_t i : going) take_away(i, t, flow, sink);
  tell_scaling(service, t, sink);
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
  if (rollout.going) return;
  rollout.complete = true;
  rollout.revisions.clean_up(model_->services[service].spec.revision_history_limit);
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
  ReplicaSet& set = rollouts_[service].revisions.at(body.set);
  set.wanted = std::max(set.wanted, staying(service, body.set));
  told_.push_back(of_replica_set(body, t, "SuccessfulCreate", "created"));
  told_.push_back(scheduled(body, t));
  changes_.made.push_back(index);
  note_change(service);
  plan(body, flow.class_of(service, body.replica), t);
}

// Its Deployment wants one less.
void Pods::take_away(std::size_t index, Time t, const Flow& flow, events::Sink& sink) {
  const Body& body = bodies_[index];
  std::size_t& wanted = rollouts_[body.service].revisions.at(body.set).wanted;
  wanted -= wanted > 0 ? 1 : 0;
  told_.push_back(of_replica_set(body, t, "SuccessfulDelete", "deleted"));
  withdraw(index, t, flow, sink);
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
  std::string node = node_for(body.service, body.place, t);  // of those that are there before this one
  body.pod = Pod(pod_spec_of(model_->services[body.service].spec), t);
  body.container = 0;
  body.stopping = body.evicted = false;
  body.lost_since.reset();
  body.stays_until = Time::min();
  body.ready_since = Time::min();
  body.process.gone(t);
  body.set = body.wanted;
  body.process.set_release(rollouts_[body.service].revisions.at(body.set).pods.release, t);
  body.face = face_of(body);
  identify(body, t, std::move(node));
}

void Pods::identify(Body& body, Time from, std::string node) {
  const ServiceSpec& service = model_->services[body.service].spec;
  body.number = rollouts_[body.service].made++;
  const std::string& set = rollouts_[body.service].revisions.at(body.set).name;
  body.identity = identity_of(service, set, body.number, lives_.size(), std::move(node));
  body.life = lives_.size();
  lives_.push_back({.service = body.service,
                    .replica = body.replica,
                    .name = body.identity.pod,
                    .instance = body.identity.instance,
                    .from = from});
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
                       .complete = rollout.complete,
                       .stalled = rollout.going && !rollout.complete && t - rollout.progress > deadline};
    const std::size_t newest = rollout.revisions.newest();
    for (const std::size_t i : members_[s]) {
      if (!stays(i)) continue;
      state.outdated += bodies_[i].set == newest ? 0 : 1;
      state.warming += bodies_[i].pod.endpoint() && !available(bodies_[i], t) ? 1 : 0;
    }
    out.push_back(state);
  }
  return out;
}

}  // namespace firedrill::fake_services
