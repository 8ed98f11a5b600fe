// The shop that the tests run: web → checkout, catalogue → postgres, redis, and a third party's payments.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "events/event.h"
#include "fake_services/faults/fault_table.h"
#include "fake_services/world.h"

namespace firedrill::fake_services {

using events::EventKind;
using events::kLatencyBuckets;
using events::Minute;
using events::ServiceMinute;

// The latency that the share q of requests did not exceed, seconds, interpolated; what lies above the last bound is
// taken to be twice that. 0 if there were none.
inline double latency_quantile(std::span<const float, kLatencyBuckets> latency, double q) {
  const std::span<const double> bounds_s = events::latency_bounds_s();
  double left = 0;
  for (const float count : latency) left += static_cast<double>(count);
  left *= q;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    const double lower_s = i == 0 ? 0 : bounds_s[i - 1];
    const double upper_s = i < bounds_s.size() ? bounds_s[i] : 2 * lower_s;
    const double count = static_cast<double>(latency[i]);
    if (count > 0 && left <= count) return lower_s + (upper_s - lower_s) * left / count;
    left -= count;
  }
  return 0;
}

inline DistributionSpec lognormal(Duration p50, Duration p99) {
  return {"lognormal", p50, {}, p99, {}};
}

inline ServiceSpec service(std::string name, std::int64_t replicas, DistributionSpec latency) {
  ServiceSpec s;
  s.name = std::move(name);
  s.name_space = "shop";
  s.replicas = replicas;
  s.latency = latency;
  return s;
}

inline DependencySpec dependency(std::string name, Duration timeout) {
  DependencySpec d;
  d.name = std::move(name);
  d.request_timeout = timeout;
  return d;
}

inline CallSpec call(std::string name, double times = 1, std::string group = {}) {
  CallSpec c;
  c.dependency = std::move(name);
  c.times = times;
  c.group = std::move(group);
  return c;
}

inline RouteSpec route(std::string method, std::string path, std::optional<double> share, std::vector<CallSpec> calls) {
  RouteSpec r;
  r.method = std::move(method);
  r.path = std::move(path);
  r.share = share;
  r.calls = std::move(calls);
  return r;
}

inline Topology shop(double requests_per_second = 120) {
  using namespace std::chrono_literals;
  Topology t;
  ServiceSpec web = service("web", 3, lognormal(4ms, 20ms));
  web.concurrency = 128;
  web.traffic.emplace();
  web.traffic->requests_per_second = requests_per_second;
  web.traffic->daily.amplitude = 0.3;
  web.traffic->noise.deviation = 0.05;
  web.routes = {route("GET", "/", 0.7, {call("catalogue")}), route("POST", "/checkout", 0.3, {call("checkout")})};
  web.dependencies = {dependency("catalogue", 3s), dependency("checkout", 5s)};
  for (auto& d : web.dependencies) d.pool.size = 64;
  ServiceSpec checkout = service("checkout", 3, lognormal(10ms, 60ms));
  checkout.routes = {route("POST", "/checkout", {}, {call("postgres", 2), call("payments")})};
  checkout.dependencies = {dependency("postgres", 2s), dependency("payments", 3s)};
  checkout.dependencies[0].retries = {2, 0.2, 20ms};
  ServiceSpec catalogue = service("catalogue", 2, lognormal(6ms, 30ms));
  catalogue.routes = {route("GET", "/products", {}, {call("redis"), call("postgres")})};
  catalogue.dependencies = {dependency("redis", 500ms), dependency("postgres", 2s)};
  catalogue.dependencies[0].critical = false;
  catalogue.dependencies[1].cache = DependencySpec::Cache{0.9, true};
  ServiceSpec postgres = service("postgres", 1, lognormal(3ms, 25ms));
  postgres.concurrency = 64;
  postgres.port = 5432;
  ServiceSpec redis = service("redis", 1, lognormal(1ms, 4ms));
  redis.concurrency = 64;
  ServiceSpec payments = service("payments", 1, lognormal(80ms, 400ms));
  payments.external = true;
  payments.concurrency = 500;
  t.services = {web, checkout, catalogue, postgres, redis, payments};
  complete(t);
  return t;
}

inline FaultSpec fault(std::string id, std::string kind, TargetSpec target, Duration at,
                       std::optional<Duration> duration, const Fields& fields = {}, FaultMatch match = {}) {
  FaultSpec f;
  f.id = std::move(id);
  f.kind = find_fault(kind);
  f.target = std::move(target);
  f.at = at;
  f.duration = duration;
  f.match = std::move(match);
  f.behaviour = f.kind->make(fields);
  return f;
}

inline TargetSpec target_of(std::string service, std::string mode = "all", double value = 0) {
  TargetSpec t;
  t.service = std::move(service);
  t.mode = std::move(mode);
  t.value = value;
  return t;
}

// The pod that has a place among the replicas of a service now: the one that was made last.
inline std::string pod_at(const World& world, std::string_view service, std::size_t place) {
  std::string pod;
  for (const Target& target : world.targets()) {
    if (target.service == service && target.place == place && target.listed) pod = target.pod;
  }
  return pod;
}

// All that a world tells.
struct Told final : events::Sink {
  std::vector<events::Event> events;
  std::vector<Minute> minutes;
  void on_event(events::Event event) override { events.push_back(std::move(event)); }
  void on_minute(const Minute& minute) override { minutes.push_back(minute); }
};

inline bool is_of_pod(const events::Event& event) {
  return event.find("instance") != nullptr;
}

// A world with what was scraped from it, every 15 s, all targets at once.
class Drill {
 public:
  static constexpr Duration kInterval = std::chrono::seconds(15);
  explicit Drill(WorldSpec spec) : world_(std::move(spec), told_), last_(world_.targets().size()) {}
  Drill(const Drill&) = delete;
  Drill& operator=(const Drill&) = delete;

  World& world() { return world_; }
  const std::vector<Minute>& minutes() const { return told_.minutes; }
  const std::vector<events::Event>& events() const { return told_.events; }
  std::size_t samples() const { return samples_; }

  void run_for(Duration span) {
    const Time end = world_.now() + span;
    while (world_.now() < end) {
      world_.advance_to(std::min(end, world_.now() + kInterval));
      last_.resize(world_.targets().size());  // some may have been added
      for (std::size_t i = 0; i < last_.size(); ++i) samples_ += world_.scrape(i, last_[i]).samples;
    }
  }

  // Sum of the last values of the series of a service whose labels include all of `labels`.
  double value(std::string_view service, std::string_view metric, std::vector<model::Label> labels = {}) const {
    double sum = 0;
    const auto targets = world_.targets();
    for (std::size_t i = 0; i < last_.size(); ++i) {
      if (targets[i].service != service || last_[i].empty()) continue;
      for (std::size_t s = 0; s < targets[i].series.size(); ++s) {
        const model::Labels& have = targets[i].series[s].labels;
        if (have.metric_name() != metric || is_absent(last_[i][s])) continue;
        bool all = true;
        for (const auto& l : labels) all = all && have.get(l.name) == l.value;
        if (all) sum += last_[i][s];
      }
    }
    return sum;
  }

  // Requests and errors of a service over the last n minutes, from the truth.
  ServiceMinute truth(std::string_view service, std::size_t last) const {
    ServiceMinute sum;
    const auto& services = world_.topology().services;
    for (std::size_t i = 0; i < services.size(); ++i) {
      if (services[i].name != service) continue;
      for (std::size_t m = told_.minutes.size() - std::min(last, told_.minutes.size()); m < told_.minutes.size(); ++m) {
        const ServiceMinute& one = told_.minutes[m].services[i];
        sum.requests += one.requests;
        sum.errors += one.errors;
        sum.hollow += one.hollow;
        sum.checks += one.checks;
        sum.checks_failed += one.checks_failed;
        for (std::size_t b = 0; b < kLatencyBuckets; ++b) sum.latency[b] += one.latency[b];
      }
    }
    return sum;
  }
  double error_ratio(std::string_view service, std::size_t last) const {
    const ServiceMinute m = truth(service, last);
    return m.requests > 0 ? m.errors / m.requests : 0;
  }

 private:
  Told told_;
  World world_;
  std::vector<std::vector<double>> last_;
  std::size_t samples_ = 0;
};

inline WorldSpec shop_world(std::vector<FaultSpec> faults = {}, std::uint64_t seed = 1) {
  WorldSpec spec;
  spec.topology = shop();
  spec.faults = std::move(faults);
  spec.seed = seed;
  spec.start = *parse_instant("2026-03-03T13:30:00Z");
  spec.origin = spec.start;
  return spec;
}

}  // namespace firedrill::fake_services
