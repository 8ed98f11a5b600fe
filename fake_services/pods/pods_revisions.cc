// Which ReplicaSet the pods of a Deployment should be of, and what is told of those that grow and shrink.
#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "fake_services/pods/pods.h"

namespace firedrill::fake_services {

void Pods::set_conditions(std::size_t service, std::span<const PodConditions> conditions, Time t) {
  bool asked = false;
  for (std::size_t r = 0; r < members_[service].size(); ++r) {
    Body& body = bodies_[members_[service][r]];
    PodConditions own = conditions[r];
    asked = asked || (body.place < rollouts_[service].replicas && own.release != body.asked);
    body.asked = own.release;
    own.release = nullptr;  // a version is that of the pod, and not of the process
    if (own != body.process.conditions()) body.process.set_conditions(own, t);
  }
  if (asked) ask_release(service, t);
}

// Who asks for a version rolls it out, and who no longer does rolls back what was there before, whatever was restarted
// meanwhile; unless it has been rolled back already. While only some places are asked for it, it is a canary.
void Pods::ask_release(std::size_t service, Time t) {
  Rollout& rollout = rollouts_[service];
  std::optional<const Release*> common;
  bool canary = false;
  for (const std::size_t i : members_[service]) {
    const Body& body = bodies_[i];
    if (body.place >= rollout.replicas) continue;
    canary = canary || (common && *common != body.asked);
    common = body.asked;
  }
  if (!common) return;
  const bool was_canary = std::exchange(rollout.canary, canary);
  Revisions& revisions = rollout.revisions;
  if (canary) {
    ask(service, t);
  } else if (*common != nullptr) {
    if (!rollout.before_release) rollout.before_release = revisions.current();
    revisions.ask({.release = *common, .restart = revisions.at(revisions.current()).pods.restart}, t);
    ask(service, t);
  } else if (const auto before = std::exchange(rollout.before_release, std::nullopt)) {
    if (revisions.at(revisions.current()).pods.release != nullptr) revisions.ask(revisions.at(*before).pods, t);
    ask(service, t);
  } else if (was_canary) {
    revisions.ask(revisions.at(revisions.current()).pods, t);
    ask(service, t);
  }
}

// Writes down what pods should be of. True if that has changed.
bool Pods::want(std::size_t service, Time t) {
  Rollout& rollout = rollouts_[service];
  Revisions& revisions = rollout.revisions;
  const std::int64_t restart = revisions.at(revisions.current()).pods.restart;
  bool changed = false;
  for (const std::size_t i : members_[service]) {
    Body& body = bodies_[i];
    const bool canary = rollout.canary && body.asked != nullptr;
    const std::size_t wanted =
        canary ? revisions.canary({.release = body.asked, .restart = restart}, t) : revisions.current();
    changed = std::exchange(body.wanted, wanted) != wanted || changed;
  }
  return changed;
}

void Pods::ask(std::size_t service, Time t) {
  if (want(service, t)) begin_rollout(service, t).complete = false;
}

void Pods::restart(std::size_t service, Time t) {
  rollouts_[service].revisions.restart(t);
  ask(service, t);
}

std::optional<std::string> Pods::roll_back(std::size_t service, std::int64_t revision, Time t) {
  Rollout& rollout = rollouts_[service];
  Revisions& revisions = rollout.revisions;
  const std::optional<std::size_t> to = revision == 0 ? revisions.before() : revisions.of_revision(revision);
  const std::string& name = model_->services[service].spec.name;
  if (!to && revision == 0) return format("the deployment {} has no revision before this one", name);
  if (!to) return format("the deployment {} has no revision {} (any more)", name, revision);
  if (*to == revisions.newest()) return format("the deployment {} is at revision {} already", name, revision);
  rollout.canary = false;
  revisions.ask(revisions.at(*to).pods, t);
  ask(service, t);
  return std::nullopt;
}

const Template& Pods::program(std::size_t service) const {
  const Revisions& revisions = rollouts_[service].revisions;
  return revisions.at(revisions.newest()).pods;
}

std::size_t Pods::staying(std::size_t service, std::size_t set) const {
  const auto of_set = [&](std::size_t i) { return bodies_[i].set == set && stays(i); };
  return static_cast<std::size_t>(std::ranges::count_if(members_[service], of_set));
}

std::vector<ReplicaSetCounts> Pods::replica_sets(std::size_t service) const {
  std::vector<ReplicaSetCounts> out(rollouts_[service].revisions.all().size());
  for (const std::size_t i : members_[service]) {
    if (!stays(i)) continue;
    ++out[bodies_[i].set].present;
    out[bodies_[i].set].ready += bodies_[i].pod.ready() ? 1 : 0;
  }
  return out;
}

events::ClusterEvent Pods::of_replica_set(const Body& body, Time t, std::string_view reason,
                                          std::string_view what) const {
  return {.first = t,
          .last = t,
          .reason = std::string(reason),
          .object = format("replicaset/{}", body.identity.replica_set),
          .service = model_->services[body.service].spec.name,
          .message = format("pod {} was {}", body.identity.pod, what)};
}

events::ClusterEvent Pods::scheduled(const Body& body, Time t) const {
  const PodIdentity& pod = body.identity;
  return {.first = t,
          .last = t,
          .reason = "Scheduled",
          .object = format("pod/{}", pod.pod),
          .service = model_->services[body.service].spec.name,
          .message = format("{}/{} was assigned to {}", pod.name_space, pod.pod, pod.node)};
}

// The Deployment's controller tells of each step of a ReplicaSet, and that of its pods. A pod that is missing of one
// that is no longer asked for is not made again.
void Pods::tell_scaling(std::size_t service, Time t, events::Sink& sink) {
  Revisions& revisions = rollouts_[service].revisions;
  const std::string& name = model_->services[service].spec.name;
  for (std::size_t i = 0; i < revisions.all().size(); ++i) {
    ReplicaSet& set = revisions.at(i);
    const bool asked_for = i == revisions.current() || i == revisions.newest();
    if (!asked_for && set.wanted > 0) set.wanted = std::min(set.wanted, staying(service, i));
    if (set.wanted == set.told) continue;
    sink.on_cluster_event({.first = t,
                           .last = t,
                           .reason = "ScalingReplicaSet",
                           .object = format("deployment/{}", name),
                           .service = name,
                           .message = format("scaled {} replica set {} to {} from {}",
                                             set.wanted > set.told ? "up" : "down", set.name, set.wanted, set.told)});
    set.told = set.wanted;
    ++set.generation;
  }
  for (events::ClusterEvent& event : told_) sink.on_cluster_event(event);
  told_.clear();
}

}  // namespace firedrill::fake_services
