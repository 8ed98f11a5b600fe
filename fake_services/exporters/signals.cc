#include "fake_services/exporters/signals.h"

#include <algorithm>
#include <map>

#include "base/maths.h"
#include "fake_services/traffic/stations/throttling.h"

namespace firedrill::fake_services {
namespace {

// What a node has: the topology says nothing of it.
constexpr double kCores = 8;
constexpr double kNodeMemory = 32.0 * 1024 * 1024 * 1024;
constexpr double kIdleShare = 0.02;  // of the processors, that a node's own programs use
constexpr int kFirstServerError = 500;
constexpr double kMost = 0.5;  // a connection that fails as often as not does not count as one

const ServiceModel* model_of(const Vantage& v) {
  return v.service == Vantage::kNone ? nullptr : &v.production->flow.model().services[v.service];
}

// The slot in the flow of the pod that is looked at.
std::size_t replica_of(const Vantage& v) {
  return v.slot == Vantage::kNone ? 0 : v.production->pods.replica_of(v.slot);
}

const ReplicaTally* tally_of(const Vantage& v) {
  if (v.service == Vantage::kNone || v.slot == Vantage::kNone) return nullptr;
  return &v.production->tallies.replica(v.service, replica_of(v));
}
const ReplicaClass* class_of(const Vantage& v) {
  if (v.service == Vantage::kNone || v.production->flow.replicas(v.service) == 0) return nullptr;
  return &v.production->flow.class_of(v.service, replica_of(v));
}

double memory_of(const Production& p, std::size_t slot) {
  const ServiceSpec& spec = p.flow.model().services[p.pods.service_of(slot)].spec;
  const ReplicaClass& k = p.flow.class_of(p.pods.service_of(slot), p.pods.replica_of(slot));
  return spec.memory.baseline + spec.memory.per_request * in_flight(k) + p.pods.leaked(slot, p.now);
}

// Of the node's pods, one after the other, those that are there.
template <typename Add>
double over_node(const Vantage& v, Add add) {
  const Pods& pods = v.production->pods;
  double sum = 0;
  for (std::size_t slot = 0; slot < pods.size(); ++slot) {
    if (pods.exists(slot) && pods.identity(slot).node == v.node) sum += add(slot);
  }
  return sum;
}

double responses(const Vantage& v, int from) {
  const ServiceModel* m = model_of(v);
  const ReplicaTally* tally = tally_of(v);
  if (m == nullptr || tally == nullptr) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < tally->responses.size(); ++i) {
    if (m->codes.list[i % m->layout.slots] >= from) sum += tally->responses[i];
  }
  return sum;
}

double of_code(const Vantage& v) {
  const ServiceModel* m = model_of(v);
  const ReplicaTally* tally = tally_of(v);
  if (m == nullptr || tally == nullptr || v.code == Vantage::kNone) return 0;
  double sum = 0;
  for (std::size_t r = 0; r < m->routes.size(); ++r) sum += tally->responses[r * m->layout.slots + v.code];
  return sum;
}

// Those that a caller, or all of them, hold open to the service; shared by its replicas.
template <typename Of>
double over_callers(const Vantage& v, Of of) {
  if (v.service == Vantage::kNone) return 0;
  const Production& p = *v.production;
  double sum = 0;
  for (std::size_t s = 0; s < p.flow.model().services.size(); ++s) {
    if (v.caller != Vantage::kNone && v.caller != s) continue;
    const ServiceModel& m = p.flow.model().services[s];
    for (std::size_t e = 0; e < m.edges.size(); ++e) {
      if (m.edges[e].callee != v.service) continue;
      for (const ReplicaClass& k : p.flow.service(s).classes) sum += static_cast<double>(k.replicas) * of(m, k, e);
    }
  }
  return sum / std::max(1.0, static_cast<double>(p.flow.replicas(v.service)));
}

QueueState queue_of(const Vantage& v) {
  const ServiceModel* m = model_of(v);
  if (m == nullptr || !m->spec.consumer) return {};
  return v.production->flow.queue_at(v.service, v.production->now);
}

double of_class(const Vantage& v, double (*of)(const ReplicaClass&)) {
  const ReplicaClass* k = class_of(v);
  return k == nullptr ? 0 : of(*k);
}

Throttling throttling_of(const Vantage& v) {
  const ReplicaClass* k = class_of(v);
  return k == nullptr ? Throttling{} : throttling(*model_of(v), *k);
}

constexpr WorldSignal kSignals[] = {
    {"now", SignalOf::any, "seconds", "the time, since 1970",
     [](const Vantage& v) { return to_seconds(v.production->now); }},
    {"started", SignalOf::any, "seconds", "when the exporter's process was started, since 1970",
     [](const Vantage& v) { return to_seconds(v.started); }},
    {"every_other", SignalOf::any, "flag", "1 in every other two minutes",
     [](const Vantage& v) { return maths::fmod(maths::floor(to_seconds(v.production->now) / 120), 2); }},
    {"ordinal", SignalOf::any, "number", "of the target among those of the exporter: 0 is the first",
     [](const Vantage& v) { return static_cast<double>(v.ordinal); }},

    {"up", SignalOf::service, "flag", "the replica answers whoever connects to it",
     [](const Vantage& v) {
       if (v.service == Vantage::kNone) return 0.0;
       return answers(*v.production, v.service, v.slot) ? 1.0 : 0.0;
     }},
    {"replicas", SignalOf::service, "pods", "pods of the service that there are",
     [](const Vantage& v) {
       if (v.service == Vantage::kNone) return 0.0;
       return static_cast<double>(v.production->pods.existing(v.service));
     }},
    {"ready_replicas", SignalOf::service, "pods", "pods of the service that are ready",
     [](const Vantage& v) {
       if (v.service == Vantage::kNone) return 0.0;
       return static_cast<double>(v.production->pods.endpoints(v.service));
     }},
    {"requests", SignalOf::service, "requests", "that the replica has answered since its start",
     [](const Vantage& v) { return responses(v, 0); }},
    {"server_errors", SignalOf::service, "requests", "of these, with a code from 500 on",
     [](const Vantage& v) { return responses(v, kFirstServerError); }},
    {"request_rate", SignalOf::service, "per second", "requests that are worked on to some end by the replica",
     [](const Vantage& v) { return of_class(v, [](const ReplicaClass& k) { return k.done_rate; }); }},
    {"work_seconds", SignalOf::service, "seconds", "for which a request keeps a worker of the replica, on average",
     [](const Vantage& v) { return of_class(v, [](const ReplicaClass& k) { return k.holding_s; }); }},
    {"in_flight", SignalOf::service, "requests", "in the replica, waiting or worked on",
     [](const Vantage& v) { return of_class(v, in_flight); }},
    {"queued", SignalOf::service, "requests", "that wait in the replica",
     [](const Vantage& v) {
       return of_class(v, [](const ReplicaClass& k) { return std::max(0.0, in_flight(k) - k.busy); });
     }},
    {"workers", SignalOf::service, "workers", "of the replica",
     [](const Vantage& v) { return model_of(v) == nullptr ? 0 : static_cast<double>(model_of(v)->workers); }},
    {"cpu_seconds", SignalOf::service, "seconds", "of processor time that the replica has used since its start",
     [](const Vantage& v) { return tally_of(v) == nullptr ? 0 : tally_of(v)->cpu_s; }},
    {"memory", SignalOf::service, "bytes", "that the replica holds",
     [](const Vantage& v) { return v.slot == Vantage::kNone ? 0 : memory_of(*v.production, v.slot); }},
    {"memory_limit", SignalOf::service, "bytes", "that a replica may hold; 0: any",
     [](const Vantage& v) { return model_of(v) == nullptr ? 0 : model_of(v)->spec.memory.limit; }},
    {"disk_size", SignalOf::service, "bytes", "of the replica's own disk",
     [](const Vantage& v) {
       return model_of(v) == nullptr || !model_of(v)->spec.disk ? 0 : model_of(v)->spec.disk->size;
     }},
    {"disk_bytes", SignalOf::service, "bytes", "in use on the replica's own disk",
     [](const Vantage& v) {
       if (model_of(v) == nullptr || !model_of(v)->spec.disk || class_of(v) == nullptr) return 0.0;
       return fake_services::disk_used(*model_of(v), *class_of(v));
     }},
    {"certificate_expiry", SignalOf::service, "seconds", "when the service's certificate expires, since 1970",
     [](const Vantage& v) {
       if (model_of(v) == nullptr || !model_of(v)->spec.certificate) return 0.0;
       return to_seconds(v.production->certificates[v.service]);
     }},
    {"has_certificate", SignalOf::service, "flag", "the service has a certificate",
     [](const Vantage& v) { return model_of(v) != nullptr && model_of(v)->spec.certificate ? 1.0 : 0.0; }},
    {"messages", SignalOf::service, "messages", "that wait in the service's queue",
     [](const Vantage& v) { return queue_of(v).backlog; }},
    {"message_age", SignalOf::service, "seconds", "for which the oldest of them has waited",
     [](const Vantage& v) { return queue_of(v).oldest_s; }},
    {"published", SignalOf::service, "messages", "put into the service's queue since the start",
     [](const Vantage& v) { return queue_of(v).published; }},
    {"consumed", SignalOf::service, "messages", "taken from it and worked off since the start",
     [](const Vantage& v) { return queue_of(v).consumed; }},
    {"connections", SignalOf::service, "connections", "of callers to a replica of the service that are in use",
     [](const Vantage& v) {
       return over_callers(
           v, [](const ServiceModel&, const ReplicaClass& k, std::size_t e) { return k.edges[e].pool.in_use; });
     }},
    {"connections_pooled", SignalOf::service, "connections", "that callers may open to a replica of the service",
     [](const Vantage& v) {
       return over_callers(v, [](const ServiceModel& m, const ReplicaClass&, std::size_t e) {
         return static_cast<double>(m.edges[e].spec.pool.size);
       });
     }},

    {"node_up", SignalOf::node, "flag", "the node is in touch",
     [](const Vantage& v) {
       const Pods& pods = v.production->pods;
       const double here = over_node(v, [](std::size_t) { return 1.0; });
       const double lost = over_node(v, [&](std::size_t slot) { return pods.node_lost(slot) ? 1.0 : 0.0; });
       return here > 0 && lost >= here ? 0.0 : 1.0;
     }},
    {"node_cores", SignalOf::node, "cores", "of a node: eight", [](const Vantage&) { return kCores; }},
    {"node_memory_total", SignalOf::node, "bytes", "of a node: 32 GiB", [](const Vantage&) { return kNodeMemory; }},
    {"node_cpu_seconds", SignalOf::node, "seconds",
     "of processor time that the node's pods and its own programs have used since the exporter's start",
     [](const Vantage& v) {
       const double own = kIdleShare * kCores * to_seconds(v.production->now - v.started);
       return own + over_node(v, [&](std::size_t slot) {
                const Pods& pods = v.production->pods;
                return v.production->tallies.replica(pods.service_of(slot), pods.replica_of(slot)).cpu_total;
              });
     }},
    {"node_pod_memory", SignalOf::node, "bytes", "that the node's pods hold",
     [](const Vantage& v) { return over_node(v, [&](std::size_t slot) { return memory_of(*v.production, slot); }); }},
    {"node_pods", SignalOf::node, "pods", "on the node",
     [](const Vantage& v) { return over_node(v, [](std::size_t) { return 1.0; }); }},

    {"pod_ready", SignalOf::pod, "flag", "requests are sent to the pod",
     [](const Vantage& v) { return v.slot != Vantage::kNone && v.production->pods.routed(v.slot) ? 1.0 : 0.0; }},
    {"pod_restarts", SignalOf::pod, "containers", "of the pod's slot that were started again",
     [](const Vantage& v) { return v.slot == Vantage::kNone ? 0 : v.production->pods.counts(v.slot).restarts; }},
    {"pod_oom_kills", SignalOf::pod, "containers", "of the pod's slot that were killed for their memory",
     [](const Vantage& v) { return v.slot == Vantage::kNone ? 0 : v.production->pods.counts(v.slot).oom_kills; }},
    {"cpu_limit", SignalOf::pod, "cores", "that a replica may use; 0: any",
     [](const Vantage& v) { return model_of(v) == nullptr ? 0 : model_of(v)->spec.cpu_limit; }},
    {"cpu_request", SignalOf::pod, "cores", "that a replica asks its node for: its limit unless it says; 0: neither",
     [](const Vantage& v) {
       return model_of(v) == nullptr ? 0 : model_of(v)->spec.resources.requests.cpu.value_or(0);
     }},
    {"memory_request", SignalOf::pod, "bytes", "that a replica asks its node for: its limit unless it says; 0: neither",
     [](const Vantage& v) {
       return model_of(v) == nullptr ? 0 : model_of(v)->spec.resources.requests.memory.value_or(0);
     }},
    {"cpu_stretch", SignalOf::pod, "ratio", "by how much work takes longer for others on the processor",
     [](const Vantage& v) { return of_class(v, [](const ReplicaClass& k) { return k.own_stretch; }); }},
    {"throttled_periods", SignalOf::pod, "ratio", "share of periods in which the quota of the processor is used up",
     [](const Vantage& v) { return throttling_of(v).periods; }},
    {"throttled_time", SignalOf::pod, "ratio", "share of time in which a container stands still for that",
     [](const Vantage& v) { return throttling_of(v).time; }},

    {"code_requests", SignalOf::code, "requests", "that the replica answered with the code", of_code},

    {"evaluations", SignalOf::monitor, "iterations", "of rule groups since the start",
     [](const Vantage& v) { return v.monitor->evaluations; }},
    {"evaluations_missed", SignalOf::monitor, "iterations", "of rule groups that were missed",
     [](const Vantage& v) { return v.monitor->evaluations_missed; }},
    {"scrapes_missed", SignalOf::monitor, "scrapes", "that were due while nothing scraped",
     [](const Vantage& v) { return v.monitor->scrapes_missed; }},
    {"notifications", SignalOf::monitor, "sends", "of alerts to the Alertmanager",
     [](const Vantage& v) { return v.monitor->notifications; }},
    {"notifications_lost", SignalOf::monitor, "sends", "of these, that failed",
     [](const Vantage& v) { return v.monitor->notifications_lost; }},
    {"receiver_requests", SignalOf::monitor, "requests", "of the Alertmanager to receivers",
     [](const Vantage& v) { return v.alertmanager->requests; }},
    {"receiver_failures", SignalOf::monitor, "requests", "of these, refused or given up",
     [](const Vantage& v) { return v.alertmanager->requests_refused + v.alertmanager->requests_timed_out; }},
};

}  // namespace

std::span<const WorldSignal> world_signals() {
  return kSignals;
}

std::span<const std::string> source_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const WorldSignal& signal : kSignals) out.emplace_back(signal.name);
    for (const StateKind& state : state_table()) out.emplace_back(state.name);
    return out;
  }();
  return names;
}

std::optional<std::uint16_t> find_source(std::string_view name) {
  static const std::map<std::string_view, std::uint16_t> index = [] {
    std::map<std::string_view, std::uint16_t> out;
    for (const std::string& each : source_names()) out.emplace(each, static_cast<std::uint16_t>(out.size()));
    return out;
  }();
  const auto found = index.find(name);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

std::string_view source_name(std::uint16_t source) {
  return source_names()[source];
}

double read_source(std::uint16_t source, const Vantage& v) {
  if (source < std::size(kSignals)) return kSignals[source].read(v);
  return v.board->level_at(v.service, v.node, source - std::size(kSignals));
}

bool answers(const Production& p, std::size_t service, std::size_t slot) {
  if (p.flow.replicas(service) == 0) return false;
  const bool ours = slot != Vantage::kNone;
  if (ours && (!p.pods.exists(slot) || !p.pods.listens(slot) || p.pods.node_lost(slot))) return false;
  const ReplicaClass& k = p.flow.class_of(service, ours ? p.pods.replica_of(slot) : 0);
  if (k.conditions.replica.scrapes_refused > kMost || k.conditions.replica.scrapes_silent > kMost) return false;
  return k.conditions.routes.empty() || k.conditions.routes.front().passes() > kMost;
}

}  // namespace firedrill::fake_services
