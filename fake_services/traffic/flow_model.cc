#include "fake_services/traffic/flow_model.h"

#include <algorithm>
#include <map>

#include "base/maths.h"
#include "fake_services/topology/ports.h"
#include "fake_services/topology/release.h"

namespace firedrill::fake_services {
namespace {

// Cores: a container gets at least 1 ms of each 100 ms, whatever its limit (the kubelet's least quota).
constexpr double kLeastQuota = 0.01;

constexpr std::array<double, 14> kDefaultBuckets = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                    0.5,   0.75, 1,     2.5,  5,     7.5, 10};

using Index = std::map<std::string, std::size_t, std::less<>>;

std::vector<double> callee_weights(const ServiceSpec& callee, const std::string& path) {
  std::vector<double> weights;
  double sum = 0;
  for (const auto& route : callee.routes) {
    const double share = route.share.value_or(0);
    weights.push_back(path.empty() || route.path == path ? std::max(share, path.empty() ? 0 : 1e-12) : 0);
    sum += weights.back();
  }
  for (double& w : weights) w = sum > 0 ? w / sum : 1 / static_cast<double>(weights.size());
  return weights;
}

std::vector<EdgeModel> build_edges(const Topology& topology, const ServiceSpec& spec, const Index& index,
                                   std::size_t& links) {
  std::vector<EdgeModel> edges;
  for (const auto& d : spec.dependencies) {
    EdgeModel e;
    e.callee = index.at(d.name);
    e.spec = d;
    e.connect_timeout_s = to_seconds(d.connect_timeout);
    e.request_timeout_s = to_seconds(d.request_timeout);
    e.acquire_timeout_s = to_seconds(d.pool.acquire_timeout);
    e.backoff_s = to_seconds(d.retries.backoff);
    if (d.cache) e.cache_refill_s = std::max(1e-3, to_seconds(d.cache->refill));
    e.first_link = links;
    links += topology.services[e.callee].routes.size();
    edges.push_back(std::move(e));
  }
  return edges;
}

std::size_t add_call(ServiceModel& service, const Topology& topology, const CallSpec& call) {
  CallModel model;
  const auto it = std::ranges::find(service.edges, call.dependency, [](const EdgeModel& e) { return e.spec.name; });
  model.edge = static_cast<std::size_t>(it - service.edges.begin());
  model.weights = callee_weights(topology.services[it->callee], call.path);
  model.probability = call.probability;
  model.times = call.times;
  service.calls.push_back(std::move(model));
  return service.calls.size() - 1;
}

void build_routes(ServiceModel& service, const Topology& topology) {
  for (const auto& spec : service.spec.routes) {
    RouteModel route;
    route.method = spec.method;
    route.path = spec.path;
    route.writes = service.spec.disk && spec.method != "GET" && spec.method != "HEAD";
    route.share = spec.share.value_or(0);
    route.own = Distribution::from(spec.latency.value_or(service.spec.latency));
    route.own_time = std::make_shared<const Times>(route.own);
    std::string group;
    for (const auto& call : spec.calls) {
      const bool joins = !call.group.empty() && call.group == group && !route.stages.empty();
      if (!joins) route.stages.emplace_back();
      route.stages.back().calls.push_back(add_call(service, topology, call));
      group = call.group;
    }
    service.routes.push_back(std::move(route));
  }
}

// The calls of a stage run at the same time.
void count_at_once(ServiceModel& service) {
  for (const RouteModel& route : service.routes) {
    for (const StageModel& stage : route.stages) {
      std::vector<double> calls(service.edges.size(), 0);
      for (const std::size_t c : stage.calls) calls[service.calls[c].edge] += 1;
      for (std::size_t e = 0; e < calls.size(); ++e) {
        service.edges[e].at_once = std::max(service.edges[e].at_once, calls[e]);
      }
    }
  }
}

void build_buckets(ServiceModel& service, std::span<const MetricSpec> metrics) {
  service.bounds.assign(kDefaultBuckets.begin(), kDefaultBuckets.end());
  for (const auto& metric : metrics) {
    if (metric.service == service.spec.name) {
      service.bounds.insert(service.bounds.end(), metric.buckets.begin(), metric.buckets.end());
    }
  }
  std::ranges::sort(service.bounds);
  service.bounds.erase(std::ranges::unique(service.bounds).begin(), service.bounds.end());
  double low = 0;
  for (const double high : service.bounds) {
    service.middles.push_back((low + high) / 2);
    low = high;
  }
  service.middles.push_back(low * 1.5);
}

void build_layout(ServiceModel& service) {
  CountLayout& layout = service.layout;
  layout.buckets = service.bounds.size() + 1;
  layout.slots = service.codes.list.size();
  layout.routes = service.routes.size();
  layout.counts = layout.routes * layout.slots * layout.buckets;
  for (const auto& edge : service.edges) {
    layout.edge_at.push_back(layout.counts);
    layout.counts += kCallOutcomes + edge.codes.list.size() + 2;
  }
  layout.edge_at.push_back(layout.counts);
  layout.size = layout.counts + layout.routes + CountLayout::kEdgeAmounts * service.edges.size() + 1;
}

bool hits(const FaultSpec& fault, const ServiceSpec& service) {
  if (!fault.target.zone.empty()) {
    return std::ranges::find(service.zones, fault.target.zone) != service.zones.end();
  }
  return fault.target.service == service.name;
}

// Callers stand before those they call: repeatedly take what nobody left calls. Without cycles this takes all.
std::vector<std::size_t> order_callers_first(const FlowModel& model) {
  std::vector<std::size_t> callers(model.services.size(), 0);
  for (const auto& s : model.services) {
    for (const auto& e : s.edges) ++callers[e.callee];
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < callers.size(); ++i) {
    if (callers[i] == 0) order.push_back(i);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const auto& e : model.services[order[next]].edges) {
      if (--callers[e.callee] == 0) order.push_back(e.callee);
    }
  }
  return order;
}

}  // namespace

std::size_t Codes::slot(int code) const {
  const auto it = std::ranges::find(list, code);
  return it == list.end() ? list.size() - 1 : static_cast<std::size_t>(it - list.begin());
}

void Codes::add(int code) {
  if (list.size() < kMost && std::ranges::find(list, code) == list.end()) list.push_back(code);
}

std::span<const double> default_buckets() {
  return kDefaultBuckets;
}

std::vector<int> reply_codes(const Fault& fault) {
  RequestConditions conditions;
  fault.apply_to_requests(conditions, 1);
  fault.apply_to_calls(conditions, 1);
  std::vector<int> codes;
  for (const auto& reply : conditions.replies) {
    if (reply.code != 0) codes.push_back(reply.code);
  }
  ServiceConditions service;
  fault.apply_to_service(service, 1);
  if (service.limit_code != 0) codes.push_back(service.limit_code);
  PodConditions pod;
  fault.apply_to_pod(pod, 1);
  if (pod.release != nullptr && pod.release->errors > 0) codes.push_back(pod.release->code);
  return codes;
}

FlowModel build_model(const Topology& topology, std::span<const MetricSpec> metrics, std::span<const FaultSpec> faults,
                      std::span<const std::string> limited) {
  FlowModel model;
  Index index;
  for (std::size_t i = 0; i < topology.services.size(); ++i) index.emplace(topology.services[i].name, i);
  for (const auto& spec : topology.services) {
    ServiceModel service;
    service.spec = spec;
    service.workers = spec.concurrency;
    service.places = spec.concurrency + spec.queue;
    service.cpu_per_request = to_seconds(spec.cpu_per_request);
    service.cpu_quota = spec.cpu_limit > 0 ? std::max(kLeastQuota, spec.cpu_limit) : 0;
    if (spec.consumer) {
      service.publish_time = std::make_shared<const Times>(Times::just(to_seconds(spec.consumer->publish_time)));
    }
    service.edges = build_edges(topology, spec, index, service.links);
    build_routes(service, topology);
    count_at_once(service);
    for (const int code : {kOk, kCauseCodes[0], kCauseCodes[1], kCauseCodes[2]}) service.codes.add(code);
    if (service.spec.background_errors > 0 || service.spec.disk) service.codes.add(kBackgroundError);
    for (const auto& fault : faults) {
      if (!fault.target.dependency.empty() || !hits(fault, spec)) continue;
      for (const int code : reply_codes(*fault.behaviour)) service.codes.add(code);
    }
    if (std::ranges::find(limited, spec.name) != limited.end()) service.codes.add(kTooManyRequests);
    for (const auto* probe : {&spec.liveness_probe, &spec.readiness_probe, &spec.startup_probe}) {
      if (*probe && listener_of(spec, **probe) != Listener::serves) service.probed_in_vain = true;
    }
    build_buckets(service, metrics);
    model.services.push_back(std::move(service));
  }
  for (auto& service : model.services) {
    for (auto& edge : service.edges) {
      const DependencySpec::Retries& retries = edge.spec.retries;
      if (retries.max > 0 && retries.to != RetryTo::any) model.services[edge.callee].told_apart = true;
      edge.codes = model.services[edge.callee].codes;
      for (const auto& fault : faults) {
        if (fault.target.dependency != edge.spec.name || !hits(fault, service.spec)) continue;
        for (const int code : reply_codes(*fault.behaviour)) edge.codes.add(code);
      }
    }
    build_layout(service);
  }
  model.callers_first = order_callers_first(model);
  return model;
}

}  // namespace firedrill::fake_services
