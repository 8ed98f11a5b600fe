// What people do to the simulation: the levers that actions pull, and the causes that they remove.
#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "events/event.h"
#include "fake_services/actions/action_table.h"
#include "fake_services/simulation.h"
#include "fake_services/telemetry/cluster_targets.h"

namespace firedrill::fake_services {
namespace {

// The zone whose node it is; empty: none.
std::string zone_of(const std::string& node, const Topology& topology) {
  for (const ServiceSpec& service : topology.services) {
    for (const std::string& zone : service.zones) {
      if (node_of_zone(zone) == node) return zone;
    }
  }
  return {};
}

}  // namespace

std::expected<void, std::string> Simulation::people_act(const events::Action& action, const ActionSpec& spec) {
  if (auto refused = refusal(action, spec); !refused) return refused;
  if (stepping_) end_step_now();
  const Time effective = now_ + spec.takes;
  const std::size_t cures_before = cures_;
  if (spec.takes > Duration(0)) {
    begun_.insert(std::ranges::upper_bound(begun_, effective, {}, &Begun::effective), Begun{effective, action});
  } else if (auto done = have_effect(action, spec); !done) {
    return done;
  }
  if (!spec_.people || spec.symptom == nullptr) return {};
  tallies_.draw_all(flow_, now_);
  action_witness_.begin(spec, action, services_of(action, spec), effective, observer(), flow_);
  if (cures_ != cures_before) action_witness_.take_away();
  return {};
}

// Why it cannot be, as far as that is known before it is tried.
std::expected<void, std::string> Simulation::refusal(const events::Action& action, const ActionSpec& spec) const {
  const Topology& topology = spec_.topology;
  const ServiceSpec* service = spec.target == ActionTarget::service ? topology.find(action.subject) : nullptr;
  if (spec.target == ActionTarget::service && service == nullptr) {
    return std::unexpected(format("there is no service '{}'", action.subject));
  }
  if (service != nullptr && service->external) {
    return std::unexpected(format("{} is a third party's: it has no pods of ours", action.subject));
  }
  if (action.t > now_) {
    return std::unexpected(format("the action {} is begun at once; it cannot be put off", spec.name));
  }
  if (action.kind != events::ActionKind::scale) {
    const auto given = read_arguments(spec, action.arguments.value_or(events::Arguments{}));
    if (!given) return std::unexpected(given.error().front().what);
  }
  if (auto wrong = misfit(spec, action.subject, arguments_of(spec, action), topology)) {
    return std::unexpected(std::move(wrong->what));
  }
  return {};
}

std::expected<void, std::string> Simulation::have_effect(const events::Action& action, const ActionSpec& spec) {
  const bool of_service = spec.target == ActionTarget::service;
  const Template before = of_service ? pods_.program(index_of(action.subject)) : Template{};
  if (spec.pull != nullptr) {
    if (auto done = spec.pull(*this, action.subject, arguments_of(spec, action)); !done) return done;
  }
  const bool same_program = of_service && pods_.program(index_of(action.subject)).same_program(before);
  if (spec.removal != Removal::with_version || !same_program) cure(action, spec);
  return {};
}

void Simulation::have_pending_effects() {
  while (!begun_.empty() && begun_.front().effective <= now_) {
    events::Action action = begun_.front().action;
    begun_.erase(begun_.begin());
    const auto done = have_effect(action, *find_action(action.kind));
    action.t = now_;
    if (!done) sink_->on_event(events::without_effect(action, done.error()));
  }
}

void Simulation::cure(const events::Action& action, const ActionSpec& spec) {
  if (spec.target != ActionTarget::service) return;
  const std::size_t service = index_of(action.subject);
  std::vector<std::string> over;
  for (const std::size_t fault : faults_.hitting(service, spec.cures_connections)) {
    const FaultSpec& hit = faults_.schedule().spec(fault);
    if (!cures(spec, hit)) continue;
    if (spec.removal != Removal::with_pods) {
      over.push_back(hit.id);
    } else {
      curing_.push_back({fault, service, {}});
      std::vector<bool>& waiting = curing_.back().waiting;
      for (std::size_t r = 0; r < flow_.replicas(service); ++r) {
        waiting.push_back(pods_.exists(pods_.index_of(service, r)));
        if (!waiting.back()) faults_.spare(fault, service, r);
      }
    }
  }
  end_faults(over);
}

void Simulation::end_faults(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    // One that ends by itself at this instant does that.
    [[maybe_unused]] const auto done = faults_.schedule().end(id, now_);
  }
  if (ids.empty()) return;
  ++cures_;
  action_witness_.take_away();
}

// A process of the replica has begun, or its pod has gone.
void Simulation::cure_with(std::size_t service, std::size_t replica) {
  std::vector<std::string> over;
  for (Curing& each : curing_) {
    if (each.service != service) continue;
    if (replica >= each.waiting.size()) each.waiting.resize(replica + 1, true);
    if (!each.waiting[replica]) continue;
    each.waiting[replica] = false;
    if (faults_.spare(each.fault, service, replica)) over.push_back(faults_.schedule().spec(each.fault).id);
  }
  end_faults(over);
}

// Those that it is to help.
std::vector<std::size_t> Simulation::services_of(const events::Action& action, const ActionSpec& spec) const {
  if (spec.target == ActionTarget::service) return {index_of(action.subject)};
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < spec_.topology.services.size(); ++i) {
    const ServiceSpec& service = spec_.topology.services[i];
    bool on_it = false;
    for (std::size_t place = 0; place < pods_.places(i); ++place) {
      on_it = on_it || node_of(service, place) == action.subject;
    }
    if (on_it) out.push_back(i);
  }
  return out;
}

std::size_t Simulation::index_of(const std::string& service) const {
  const auto& services = spec_.topology.services;
  return static_cast<std::size_t>(std::ranges::find(services, service, &ServiceSpec::name) - services.begin());
}

Levers::Done Simulation::restart(const std::string& service) {
  pods_.restart(index_of(service), now_);
  return {};
}

Levers::Done Simulation::roll_back(const std::string& service, std::int64_t revision) {
  if (auto refused = pods_.roll_back(index_of(service), revision, now_)) return std::unexpected(std::move(*refused));
  return {};
}

Levers::Done Simulation::scale(const std::string& service, std::int64_t wanted) {
  const std::size_t index = index_of(service);
  if (wanted < 1 || wanted > kMostReplicas) {
    return std::unexpected(format("{} can have 1 to {} replicas, and not {}", service, kMostReplicas, wanted));
  }
  if (pods_.places(index) == 0) return std::unexpected(format("{} has no pods to scale", service));
  const auto replicas = static_cast<std::size_t>(wanted);
  while (pods_.places(index) < replicas) add_slot(index, pods_.places(index));
  pods_.scale(index, replicas, now_);
  // The new places get what faults do to them.
  set_conditions();
  disturb(index);
  set_traffic_conditions();
  flow_.disturb();
  return {};
}

void Simulation::add_slot(std::size_t service, std::size_t place) {
  const std::size_t replica = flow_.replicas(service);
  flow_.add_replica(service);
  tallies_.add_replica(service, spec_.seed);
  faults_.add_replica(service, place);
  pods_.add_replica(service, place, spec_.seed, now_);
  watcher_->on_slot_added();
  const std::string node = node_of(spec_.topology.services[service], place);
  if (!holds_.is_drained(node)) return;
  for (const std::size_t fault : faults_.hitting_zone(zone_of(node, spec_.topology))) {
    faults_.spare(fault, service, replica);
  }
}

// A pod that was made on another node than its place's, since that is gone, is not hit by what is wrong in the zone.
void Simulation::spare_elsewhere(std::size_t pod) {
  const std::size_t service = pods_.service_of(pod);
  const std::string usual = node_of(spec_.topology.services[service], pods_.place_of(pod));
  if (pods_.identity(pod).node == usual) return;
  for (const std::size_t fault : faults_.hitting_zone(zone_of(usual, spec_.topology))) {
    faults_.spare(fault, service, pods_.replica_of(pod));
  }
}

// What is wrong in the zone goes on there; it is that nothing is there any more which it could hit.
Levers::Done Simulation::drain(const std::string& node) {
  if (node_names(spec_.topology).size() < 2) {
    return std::unexpected(format("all pods run on {}, and there is no other node", node));
  }
  holds_.drain(node);
  pods_.cordon(node);
  const std::vector<std::size_t> faults = faults_.hitting_zone(zone_of(node, spec_.topology));
  for (std::size_t i = 0; i < spec_.topology.services.size(); ++i) {
    const ServiceSpec& service = spec_.topology.services[i];
    for (std::size_t r = 0; r < flow_.replicas(i) && !service.external; ++r) {
      const std::size_t pod = pods_.index_of(i, r);
      if (node_of(service, pods_.place_of(pod)) != node) continue;
      for (const std::size_t fault : faults) faults_.spare(fault, i, r);
      if (pods_.stays(pod)) pods_.evict(pod, now_);
    }
  }
  set_conditions();
  set_traffic_conditions();
  flow_.disturb();
  return {};
}

Levers::Done Simulation::shed(const std::string& service, double share, bool probes) {
  holds_.shed(index_of(service), share, probes);
  apply_holds(index_of(service));
  return {};
}

Levers::Done Simulation::limit(const std::string& service, double per_second, bool probes) {
  const auto& codes = flow_.model().services[index_of(service)].codes.list;
  if (std::ranges::find(codes, kTooManyRequests) == codes.end()) {
    return std::unexpected(format(
        "nothing was made ready in this run to answer {} for {}: only what the scenario's responders may limit is",
        kTooManyRequests, service));
  }
  holds_.limit(index_of(service), per_second, probes);
  apply_holds(index_of(service));
  return {};
}

Levers::Done Simulation::switch_off(const std::string& service, const std::string& dependency, bool off) {
  const std::size_t index = index_of(service);
  const auto& edges = flow_.model().services[index].edges;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    if (edges[e].spec.name == dependency) holds_.switch_off(index, e, off);
  }
  apply_holds(index);
  return {};
}

Levers::Done Simulation::warm(const std::string& service, const std::string& dependency) {
  const std::size_t index = index_of(service);
  const auto& edges = flow_.model().services[index].edges;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    if (edges[e].spec.cache && (dependency.empty() || edges[e].spec.name == dependency)) flow_.warm(index, e);
  }
  flow_.disturb();
  return {};
}

Levers::Done Simulation::renew_certificate(const std::string& service) {
  const std::size_t index = index_of(service);
  issued_[index] = now_ + spec_.topology.services[index].certificate->expires_in;
  certificates_[index] = issued_[index];
  set_conditions();  // what faults still say of it
  disturb(index);
  set_traffic_conditions(index);
  flow_.disturb();
  return {};
}

Levers::Done Simulation::silence(const std::string& alert, Duration lasts) {
  holds_.silence({alert, now_, now_ + lasts});
  set_conditions();
  return {};
}

void Simulation::apply_holds(std::size_t service) {
  ServiceConditions conditions = faults_.service_conditions(now_, service);
  holds_.apply(service, conditions);
  flow_.set_conditions(service, conditions);
  set_traffic_conditions(service);
  flow_.disturb();
}

}  // namespace firedrill::fake_services
