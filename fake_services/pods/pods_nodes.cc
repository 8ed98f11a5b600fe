// On which nodes pods are made, and what becomes of those whose node is lost (pkg/controller/nodelifecycle,
// tainteviction).
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/pods/pods.h"
#include "fake_services/topology/tolerations.h"

namespace firedrill::fake_services {

// All pods that are on it are out of touch.
bool Pods::is_lost(const std::string& node) const {
  bool any = false;
  for (const Body& body : bodies_) {
    if (body.identity.node != node || body.pod.removed()) continue;
    if (!body.lost_since) return false;
    any = true;
  }
  return any;
}

// Its kubelet has been out of touch for so long that the control plane has noticed: no pod is bound to it.
bool Pods::not_ready(const std::string& node, Time t) const {
  return is_lost(node) && std::ranges::any_of(bodies_, [&](const Body& body) {
           return body.identity.node == node && !body.pod.removed() && t >= *body.lost_since + kNodeMonitorGrace;
         });
}

// A pod that is made on a node that is lost is as lost as those that were there before.
std::optional<Time> Pods::lost_since(const Body& body) const {
  std::optional<Time> since;
  for (const Body& other : bodies_) {
    if (&other == &body || other.identity.node != body.identity.node || other.pod.removed()) continue;
    if (!other.lost_since) return std::nullopt;
    since = std::min(since.value_or(Time::max()), *other.lost_since);
  }
  return since;
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

// Its node has the taint node.kubernetes.io/unreachable: when the pod no longer tolerates that it is deleted, and its
// ReplicaSet makes another. It is there until its kubelet hears of it. Where no other node is left nobody is evicted.
void Pods::look_at_toleration(Body& body, std::size_t index, Time t, const Flow& flow, events::Sink& sink) {
  if (body.pod.deleting()) return;
  const ServiceSpec& service = model_->services[body.service].spec;
  const std::optional<Duration> tolerated = tolerates_unreachable_for(service);
  if (!tolerated) return;
  const Time until = *body.lost_since + kNodeMonitorGrace + *tolerated;
  if (t < until) {
    next_ = std::min(next_, until);
    return;
  }
  if (t < body.stays_until) return;
  body.stays_until = t + std::chrono::minutes(1);
  if (!is_lost(body.identity.node) || node_for(body.service, body.place, t) == body.identity.node) return;
  sink.on_cluster_event(
      {.first = t,
       .last = t,
       .reason = "TaintManagerEviction",
       .object = format("pod/{}", body.identity.pod),
       .service = service.name,
       .message = format("pod {}/{} is deleted: its node is out of touch", service.name_space, body.identity.pod)});
  body.evicted = true;
  withdraw(index, t, flow, sink);
  rollouts_[body.service].going = true;
}

}  // namespace firedrill::fake_services
