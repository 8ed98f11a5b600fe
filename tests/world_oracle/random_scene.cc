// Productions at random: first what calls what, then times, then as many workers and connections as the load asks for.
#include <algorithm>
#include <functional>

#include "base/maths.h"
#include "base/text/format.h"
#include "fake_services/faults/fault_table.h"
#include "scene.h"

namespace firedrill::world_oracle {
namespace {

using std::chrono::milliseconds;

// Of topologies, then of steps: kinds of faults, and what else can happen to replicas.
const std::vector<std::string> kTopologyFeatures = {
    "constant", "lognormal", "several_routes", "parallel",   "probability", "times", "noncritical",
    "cache",    "retries",   "breaker",        "tight_pool", "tight_time",  "busy",  "full",
    "no_queue", "fan_in",    "own_errors",     "consumer",   "cpu_limit"};
// Drawn after all the others, from a stream of their own.
const std::vector<std::string> kBalancingFeatures = {"round_robin", "least_requests", "another", "same"};
// Of a stream of its own, too: half of the calls that are made several times are made another number of times by
// chance.
const std::string kFraction = "fraction";
const std::vector<std::string> kSteps = {"http_error",
                                         "latency",
                                         "hang",
                                         "rate_limit",
                                         "connection_refused",
                                         "blackhole",
                                         "reset",
                                         "partition",
                                         "loss",
                                         "bandwidth",
                                         "dns",
                                         "tls",
                                         "cpu_throttle",
                                         "io_latency",
                                         "io_errno",
                                         "disk_fill",
                                         "pool_exhaustion",
                                         "thread_exhaustion",
                                         "retry_storm",
                                         "cache_miss_storm",
                                         "traffic_surge",
                                         "traffic_drop",
                                         "consumer_stall",
                                         "queue_backlog",
                                         "unready",
                                         "gone"};

class Maker {
 public:
  Maker(std::uint64_t seed, const std::set<std::string>& allowed)
      : random_(seed, "scene"), balancing_(seed, "balancing"), fractions_(seed, kFraction), allowed_(allowed) {}
  Scene make();

 private:
  double between(double low, double high) { return low + (high - low) * random_.uniform(); }
  // Between, as many in each decade.
  double spread(double low, double high) { return low * maths::exp(random_.uniform() * maths::log(high / low)); }
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  static milliseconds ms(double value) {
    return milliseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(value)));
  }
  bool has(const std::string& feature, double share) { return has(feature, share, random_); }
  bool has(const std::string& feature, double share, RandomStream& random) {
    const bool drawn = random.uniform() < share;
    if (!drawn || !allowed_.contains(feature)) return false;
    scene_.features.insert(feature);
    return true;
  }
  DistributionSpec law(double mean_ms);
  void services();
  void routes(ServiceSpec& s);
  void add_calls(std::size_t i);
  DependencySpec dependency(const ServiceSpec& callee);
  void balance();
  void size();
  void step();
  FaultSpec fault(const std::string& kind, const ServiceSpec& s);
  void apply(const FaultSpec& fault, const std::vector<bool>& hit);

  RandomStream random_;
  RandomStream balancing_;
  RandomStream fractions_;
  const std::set<std::string>& allowed_;
  Scene scene_;
};

DistributionSpec Maker::law(double mean_ms) {
  if (has("constant", 0.25)) return {"constant", ms(mean_ms), {}, {}, {}};
  if (has("lognormal", 0.35)) return {"lognormal", ms(mean_ms), {}, ms(mean_ms * between(3, 15)), {}};
  return {"exponential", {}, {}, {}, ms(mean_ms)};
}

void Maker::routes(ServiceSpec& s) {
  const std::int64_t count = has("several_routes", 0.3) ? whole(2, 3) : 1;
  for (std::int64_t r = 0; r < count; ++r) {
    RouteSpec route;
    route.method = r == 0 && count > 1 ? "POST" : "GET";
    route.path = format("/{}", r);
    if (count > 1 && random_.uniform() < 0.5) route.latency = law(spread(2, 60));
    s.routes.push_back(route);
  }
}

void Maker::services() {
  const std::int64_t count = random_.uniform() < 0.5 ? whole(2, 4) : whole(2, 12);
  for (std::int64_t i = 0; i < count; ++i) {
    ServiceSpec s;
    s.name = format("s{}", i);
    s.replicas = whole(1, 4);
    s.latency = law(spread(2, 60));
    s.queue = has("no_queue", 0.1) ? whole(0, 3) : whole(20, 200);
    if (has("own_errors", 0.1)) s.background_errors = between(0.005, 0.1);
    routes(s);
    if (i == 0 || random_.uniform() < 0.15) {
      s.traffic.emplace();
      s.traffic->requests_per_second = maths::floor(spread(20, 120));
    } else if (has("consumer", 0.1)) {
      s.consumer.emplace();
      s.consumer->redelivery_pause = ms(between(50, 1000));
    }
    if (s.routes.size() > 1 && random_.uniform() < 0.5) s.disk.emplace();
    scene_.topology.services.push_back(std::move(s));
  }
}

DependencySpec Maker::dependency(const ServiceSpec& callee) {
  DependencySpec d;
  d.name = callee.name;
  d.request_timeout = std::chrono::seconds(5);
  d.critical = !has("noncritical", 0.15);
  if (has("retries", 0.3)) d.retries = {whole(1, 3), between(0.1, 1), ms(between(1, 100))};
  if (has("breaker", 0.15)) {
    d.circuit_breaker = DependencySpec::CircuitBreaker{between(0.2, 0.6), std::chrono::seconds(whole(2, 6)), 10,
                                                       std::chrono::seconds(whole(2, 6))};
  }
  if (has("cache", 0.2)) {
    d.cache = DependencySpec::Cache{between(0.3, 0.95), random_.uniform() < 0.3, std::chrono::seconds(whole(4, 10))};
  }
  return d;
}

// Each service but those with traffic has a caller before it; some have several.
void Maker::add_calls(std::size_t i) {
  auto& all = scene_.topology.services;
  std::vector<std::size_t> callers;
  if (!all[i].traffic || random_.uniform() < 0.5) callers.push_back(random_.below(i));
  if (i > 1 && has("fan_in", 0.2)) callers.push_back(random_.below(i));
  for (const std::size_t c : callers) {
    ServiceSpec& caller = all[c];
    if (std::ranges::find(caller.dependencies, all[i].name, &DependencySpec::name) != caller.dependencies.end())
      continue;
    caller.dependencies.push_back(dependency(all[i]));
    const bool beside = has("parallel", 0.3);
    RouteSpec& route = caller.routes[random_.below(caller.routes.size())];
    CallSpec call;
    call.dependency = all[i].name;
    if (has("probability", 0.2)) call.probability = between(0.1, 0.9);
    if (has("times", 0.15)) {
      call.times = static_cast<double>(whole(2, 3));
      if (has(kFraction, 0.5, fractions_)) call.times -= 0.1 + 1.8 * fractions_.uniform();
    }
    if (beside) call.group = "g";
    route.calls.push_back(call);
    if (caller.routes.size() > 1 && random_.uniform() < 0.3) {
      RouteSpec& other = caller.routes.front();
      if (&other != &route) other.calls.push_back(call);
    }
  }
}

// Who is sent requests, and where retries go.
void Maker::balance() {
  auto& all = scene_.topology.services;
  for (ServiceSpec& s : all) {
    if (!s.consumer && s.replicas > 1) {
      if (has("round_robin", 0.25, balancing_)) {
        s.load_balancing = LoadBalancing::round_robin;
      } else if (has("least_requests", 0.3, balancing_)) {
        s.load_balancing = LoadBalancing::least_requests;
      }
    }
    for (DependencySpec& d : s.dependencies) {
      const auto callee = std::ranges::find(all, d.name, &ServiceSpec::name);
      if (d.retries.max == 0 || callee->consumer || callee->replicas < 2) continue;
      if (has("another", 0.3, balancing_)) {
        d.retries.to = RetryTo::another;
      } else if (has("same", 0.3, balancing_)) {
        d.retries.to = RetryTo::same;
      }
    }
  }
}

// Workers and connections by the load that there would be if nothing failed.
void Maker::size() {
  auto& all = scene_.topology.services;
  const std::size_t n = all.size();
  std::vector<double> rate(n, 0), holding(n, 0);
  const auto index = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(all, name, &ServiceSpec::name) - all.begin());
  };
  const auto misses = [&](const ServiceSpec& s, const CallSpec& c) {
    const auto d = std::ranges::find(s.dependencies, c.dependency, &DependencySpec::name);
    return c.probability * c.times * (d->cache ? 1 - d->cache->hit_ratio : 1);
  };
  for (std::size_t i = 0; i < n; ++i) {
    if (all[i].traffic) rate[i] += all[i].traffic->requests_per_second;
    for (const RouteSpec& r : all[i].routes) {
      for (const CallSpec& c : r.calls) rate[index(c.dependency)] += rate[i] * *r.share * misses(all[i], c);
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    for (const RouteSpec& r : all[i].routes) {
      double one = Distribution::from(r.latency.value_or(all[i].latency)).mean();
      for (const CallSpec& c : r.calls) {
        const ServiceSpec& callee = all[index(c.dependency)];
        one += misses(all[i], c) * (callee.consumer ? 0.002 : holding[index(c.dependency)]);
      }
      holding[i] += *r.share * one;
    }
    ServiceSpec& s = all[i];
    const double load = rate[i] * holding[i] / static_cast<double>(s.replicas);
    const double use = has("full", 0.04)   ? between(1.0, 1.3)
                       : has("busy", 0.25) ? between(0.6, 0.9)
                                           : between(0.1, 0.5);
    s.concurrency = std::max<std::int64_t>(1, static_cast<std::int64_t>(maths::ceil(load / use)));
    if (has("cpu_limit", 0.1)) {
      s.cpu_per_request = milliseconds(2);
      s.cpu_limit = std::max(0.001, rate[i] / static_cast<double>(s.replicas) * 0.002 / between(0.3, 0.9));
    }
    for (DependencySpec& d : s.dependencies) {
      const std::size_t callee = index(d.name);
      double calls = 0;
      for (const RouteSpec& r : s.routes) {
        for (const CallSpec& c : r.calls) calls += c.dependency == d.name ? rate[i] * *r.share * misses(s, c) : 0;
      }
      const double busy = calls * (all[callee].consumer ? 0.002 : holding[callee]) / static_cast<double>(s.replicas);
      const double used = has("tight_pool", 0.15) ? between(0.5, 0.9) : between(0.05, 0.25);
      d.pool.size = std::max<std::int64_t>(1, static_cast<std::int64_t>(maths::ceil(busy / used)));
      d.pool.acquire_timeout = ms(spread(100, 2000));
      if (has("tight_time", 0.1)) d.request_timeout = ms(1000 * holding[callee] * between(1.5, 5));
    }
  }
}

FaultSpec Maker::fault(const std::string& kind, const ServiceSpec& s) {
  Fields f;
  const auto set = [&](std::string_view name, FieldValue value) { f.set(name, std::move(value), {}); };
  const std::int64_t codes[] = {500, 503, 429, 404};
  if (kind == "http_error") set("code", codes[random_.below(4)]);
  if (kind == "latency") {
    const double p50 = spread(5, 300);
    set("p50", Duration(ms(p50)));
    if (random_.uniform() < 0.5) set("p99", Duration(ms(p50 * between(2, 6))));
  }
  if (kind == "rate_limit") {
    const double usual = s.traffic ? s.traffic->requests_per_second : 50;
    set("rps", maths::floor(usual * between(0.3, 1.3)) + 1);
    set("burst", static_cast<double>(whole(1, 20)));
  }
  if (kind == "reset" && random_.uniform() < 0.5) set("after_bytes", 1000.0);
  if (kind == "partition") set("direction", std::string(random_.uniform() < 0.5 ? "in" : "out"));
  if (kind == "loss") set("percent", between(0.01, 0.2));
  if (kind == "bandwidth") set("rate", spread(1e5, 2e6));
  if (kind == "dns" && random_.uniform() < 0.5) {
    set("answer", std::string("delay"));
    set("delay", Duration(ms(spread(10, 500))));
  }
  if (kind == "tls") set("certificate", std::string("bad_name"));
  if (kind == "cpu_throttle") set("percent", between(0.1, 0.5));
  if (kind == "io_latency") set("mean", Duration(ms(spread(5, 100))));
  if (kind == "disk_fill") set("percent", 1.0);
  if (kind == "pool_exhaustion") set("max", whole(0, 3));
  if (kind == "thread_exhaustion") set("left", between(0.2, 0.9));
  if (kind == "retry_storm") set("attempts", between(1.5, 3));
  if (kind == "cache_miss_storm") set("lost", between(0.5, 1));
  if (kind == "traffic_surge") set("factor", between(1.1, 2));
  if (kind == "traffic_drop") set("percent", between(0.1, 0.7));
  if (kind == "queue_backlog") set("rate", spread(5, 50));
  FaultSpec fault;
  fault.id = fault.target.service = s.name;
  fault.kind = find_fault(kind);
  fault.behaviour = fault.kind->make(f);
  fault.probability = fault.kind->graded && random_.uniform() < 0.7 ? spread(0.03, 0.6) : 1;
  if (fault.kind->view == View::callers && fault.kind->per_request && !s.dependencies.empty() &&
      random_.uniform() < 0.3) {
    fault.target.dependency = s.dependencies[random_.below(s.dependencies.size())].name;
  }
  return fault;
}

// As faults/fault_injector.cc does with those that are on.
void Maker::apply(const FaultSpec& fault, const std::vector<bool>& hit) {
  const auto at = std::ranges::find(scene_.topology.services, fault.target.service, &ServiceSpec::name);
  const auto s = static_cast<std::size_t>(at - scene_.topology.services.begin());
  const ServiceModel& m = scene_.model.services[s];
  ServiceScene& scene = scene_.after[s];
  const double strength = fault.probability;
  const bool link = !fault.target.dependency.empty();
  if (!link) fault.behaviour->apply_to_service(scene.whole, strength);
  for (std::size_t r = 0; r < scene.replicas.size(); ++r) {
    if (!hit[r]) continue;
    TrafficConditions& c = scene.replicas[r];
    for (std::size_t e = 0; e < m.edges.size(); ++e) {
      if (link && m.edges[e].spec.name != fault.target.dependency) continue;
      fault.behaviour->apply_to_dependency(c.dependencies[e], strength);
      const std::size_t end = e + 1 < m.edges.size() ? m.edges[e + 1].first_link : m.links;
      for (std::size_t l = m.edges[e].first_link; l < end; ++l) {
        if (link) fault.behaviour->apply_to_link(c.links[l], strength);
        if (!link) fault.behaviour->apply_to_calls(c.links[l], strength);
      }
    }
    if (link) continue;
    fault.behaviour->apply_to_replica(c.replica, strength);
    for (RequestConditions& route : c.routes) fault.behaviour->apply_to_requests(route, strength);
  }
}

void Maker::step() {
  auto& all = scene_.topology.services;
  std::vector<std::string> kinds;
  for (const std::string& kind : kSteps) {
    if (allowed_.contains(kind)) kinds.push_back(kind);
  }
  struct Chosen {
    std::string kind;
    std::size_t service;
    std::vector<bool> hit;
    std::optional<FaultSpec> fault;
  };
  std::vector<Chosen> chosen;
  const std::int64_t wanted = kinds.empty() ? 0 : whole(1, 10) <= 8 ? 1 : 2;
  for (int tries = 0; std::ssize(chosen) < wanted && tries < 60; ++tries) {
    Chosen c{kinds[random_.below(kinds.size())], random_.below(all.size()), {}, {}};
    const ServiceSpec& s = all[c.service];
    const bool replicas = c.kind == "unready" || c.kind == "gone";
    if ((replicas || c.kind == "hang") && s.consumer) continue;
    if (replicas && s.replicas < 2) continue;
    if (c.kind == "queue_backlog" || c.kind == "consumer_stall") {
      if (!s.consumer) continue;
    }
    if (!replicas) {
      const FaultKind* kind = find_fault(c.kind);
      if (kind->misfit != nullptr && kind->misfit(s, {})) continue;
      if (c.kind == "pool_exhaustion" || c.kind == "retry_storm" || c.kind == "dns") {
        if (s.dependencies.empty()) continue;
      }
      c.fault = fault(c.kind, s);
    }
    const bool some = replicas || (s.replicas > 1 && c.fault->kind->of_replicas && random_.uniform() < 0.3);
    const std::int64_t first = some ? whole(1, s.replicas - 1) : s.replicas;
    for (std::int64_t r = 0; r < s.replicas; ++r) c.hit.push_back(r < first);
    scene_.features.insert(c.kind);
    scene_.step += format("{}{} on {}{}{}", scene_.step.empty() ? "" : ", ", c.kind, s.name,
                          c.fault && !c.fault->target.dependency.empty() ? " → " + c.fault->target.dependency : "",
                          some ? format(" ({} of {})", first, s.replicas) : "");
    if (c.fault && c.fault->probability < 1) scene_.step += format(" {:.0f}%", 100 * c.fault->probability);
    chosen.push_back(std::move(c));
  }
  std::vector<FaultSpec> faults;
  for (const Chosen& c : chosen) {
    if (c.fault) faults.push_back(*c.fault);
  }
  scene_.model = build_model(scene_.topology, {}, faults);
  const Flow flow(scene_.model, 1, Time{});
  for (std::size_t s = 0; s < all.size(); ++s) {
    ServiceScene& scene = scene_.before.emplace_back();
    scene.replicas.assign(static_cast<std::size_t>(all[s].replicas), flow.neutral_conditions(s));
  }
  scene_.after = scene_.before;
  for (const Chosen& c : chosen) {
    if (c.fault) {
      apply(*c.fault, c.hit);
      continue;
    }
    for (std::size_t r = 0; r < c.hit.size(); ++r) {
      if (!c.hit[r]) continue;
      scene_.after[c.service].replicas[r].ready = false;
      scene_.after[c.service].replicas[r].running = c.kind != "gone";
    }
  }
  scene_.later = scene_.after;
  for (ServiceScene& s : scene_.later) {
    for (TrafficConditions& replica : s.replicas) {
      for (DependencyConditions& d : replica.dependencies) d.cache_lost = 0;
    }
  }
}

Scene Maker::make() {
  services();
  for (std::size_t i = 1; i < scene_.topology.services.size(); ++i) add_calls(i);
  balance();
  complete(scene_.topology);
  size();
  step();
  return std::move(scene_);
}

}  // namespace

const std::vector<std::string>& all_features() {
  static const std::vector<std::string> kAll = [] {
    std::vector<std::string> all = kTopologyFeatures;
    all.insert(all.end(), kBalancingFeatures.begin(), kBalancingFeatures.end());
    all.push_back(kFraction);
    all.insert(all.end(), kSteps.begin(), kSteps.end());
    return all;
  }();
  return kAll;
}

Scene random_scene(std::uint64_t seed, const std::set<std::string>& allowed) {
  return Maker(seed, allowed).make();
}

}  // namespace firedrill::world_oracle
