// What emerges from the parts together: breakers, processor limits, metastable overload, and worlds put together at
// random, none of which may leave the realm of numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "base/random.h"
#include "fake_services/exporters/states.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

WorldSpec world_of(std::vector<ServiceSpec> services, std::vector<FaultSpec> faults = {}) {
  WorldSpec spec;
  spec.topology.services = std::move(services);
  EXPECT_TRUE(validate(spec.topology).empty());
  complete(spec.topology);
  spec.faults = std::move(faults);
  spec.seed = 3;
  spec.start = spec.origin = *parse_instant("2026-03-03T12:00:00Z");
  return spec;
}

void add_traffic(ServiceSpec& s, double requests_per_second) {
  s.traffic.emplace();
  s.traffic->requests_per_second = requests_per_second;
}

// web → api, with whatever the test makes of them.
std::vector<ServiceSpec> web_and_api(double requests_per_second) {
  ServiceSpec web = service("web", 2, {"constant", 5ms, {}, {}, {}});
  web.concurrency = 64;
  web.routes = {route("GET", "/", {}, {call("api")})};
  web.dependencies = {dependency("api", 1s)};
  web.dependencies[0].pool.size = 64;
  add_traffic(web, requests_per_second);
  ServiceSpec api = service("api", 1, {"exponential", {}, {}, {}, 20ms});
  api.concurrency = 10;
  api.queue = 1000;
  return {web, api};
}

// A container gets at least 1 ms of each 100 ms.
TEST(Dynamics, AProcessorsLimitIsAHundredthOfACoreAtLeast) {
  auto services = web_and_api(1);
  services[0].cpu_limit = 0.004;
  services[1].cpu_limit = 0.02;
  const FlowModel model = build_model(world_of(services).topology, {}, {});
  EXPECT_EQ(model.services[0].cpu_quota, 0.01);
  EXPECT_EQ(model.services[1].cpu_quota, 0.02);
}

TEST(Dynamics, BreakerOpensSparesTheDependencyAndClosesAgain) {
  auto services = web_and_api(100);
  services[0].dependencies[0].circuit_breaker = DependencySpec::CircuitBreaker{};
  Fields code;
  code.set("code", std::int64_t{500}, {});
  Drill drill(world_of(services, {fault("f", "http_error", target_of("api"), 5min, 10min, code)}));
  drill.run_for(7min);
  drill.run_for(5min);
  EXPECT_LT(drill.truth("api", 5).requests, 0.2 * 100 * 300);  // trials alone get through
  EXPECT_GT(drill.error_ratio("web", 5), 0.99);
  EXPECT_GT(drill.value("web", "dependency_requests_total", {{"outcome", "circuit_open"}}), 20000);
  drill.run_for(6min);
  EXPECT_LT(drill.error_ratio("web", 2), 1e-3);
}

TEST(Dynamics, ProcessorLimitBoundsThroughput) {
  ServiceSpec api = service("api", 1, {"constant", 10ms, {}, {}, {}});
  api.concurrency = 50;
  api.queue = 50;
  api.cpu_per_request = 10ms;
  api.cpu_limit = 2;  // 200 a second
  add_traffic(api, 300);
  Drill drill(world_of({api}));
  drill.run_for(10min);
  const double ok = drill.value("api", "http_requests_total", {{"code", "200"}});
  drill.run_for(10min);
  EXPECT_NEAR((drill.value("api", "http_requests_total", {{"code", "200"}}) - ok) / 600, 200, 4);
  EXPECT_NEAR(drill.error_ratio("api", 10), 1.0 / 3, 0.02);
  EXPECT_GT(latency_quantile(drill.truth("api", 5).latency, 0.9), 0.2);
}

TEST(Dynamics, RetryStormOutlivesItsTrigger) {
  // 400 a second into a service of 500: healthy. A surge of slowness fills the queue past the time-out; every request
  // is then tried three times, which is more than the service can do, so that nothing is answered in time ever after.
  auto services = web_and_api(400);
  services[0].concurrency = 2000;
  services[0].queue = 100;
  services[0].dependencies[0].pool.size = 2000;
  services[0].dependencies[0].retries = {3, 10.0, 10ms};
  const auto trigger = [] {
    Fields delay;
    delay.set("p50", Duration(100ms), {});
    return fault("slow", "latency", target_of("api"), 5min, 1min, delay);
  };
  Drill storm(world_of(services, {trigger()}));
  storm.run_for(4min);
  EXPECT_LT(storm.error_ratio("web", 2), 1e-3);
  storm.run_for(20min);
  EXPECT_GT(storm.error_ratio("web", 5), 0.5);
  EXPECT_GT(storm.truth("api", 5).requests, 2.5 * storm.truth("web", 5).requests);
  // The same with a budget for retries recovers.
  services[0].dependencies[0].retries.budget = 0.1;
  Drill budgeted(world_of(services, {trigger()}));
  budgeted.run_for(24min);
  EXPECT_LT(budgeted.error_ratio("web", 5), 1e-2);
}

TEST(Dynamics, CallsAtTheSameTimeTakeAsLongAsTheLongest) {
  const auto median = [](CallOrder order) {
    ServiceSpec web = service("web", 1, {"constant", 1ms, {}, {}, {}});
    web.routes = {route("GET", "/", {}, {call("a"), call("b")})};
    web.routes[0].order = order;
    web.dependencies = {dependency("a", 5s), dependency("b", 5s)};
    add_traffic(web, 20);
    Drill drill(world_of(
        {web, service("a", 1, {"constant", 100ms, {}, {}, {}}), service("b", 1, {"constant", 300ms, {}, {}, {}})}));
    drill.run_for(10min);
    return drill.value("web", "http_request_duration_seconds_sum") /
           drill.value("web", "http_request_duration_seconds_count");
  };
  EXPECT_NEAR(median(CallOrder::sequential), 0.401, 0.005);
  EXPECT_NEAR(median(CallOrder::parallel), 0.301, 0.005);
}

TEST(Dynamics, SaturatedCallersSettle) {
  // The caller is full and its callee is the bottleneck: throughput must settle on the callee's, without swinging.
  auto services = web_and_api(2000);
  services[0].dependencies[0].pool.size = 32;
  services[0].dependencies[0].request_timeout = 30s;
  services[0].dependencies[0].pool.acquire_timeout = 30s;
  Drill drill(world_of(services));
  drill.run_for(10min);
  std::vector<double> rates;
  double last = drill.value("api", "http_requests_total", {{"code", "200"}});
  for (int i = 0; i < 40; ++i) {
    drill.run_for(15s);
    const double now = drill.value("api", "http_requests_total", {{"code", "200"}});
    rates.push_back((now - last) / 15);
    last = now;
  }
  for (const double rate : rates) EXPECT_NEAR(rate, 500, 25);
}

TEST(Dynamics, NoReplicasRefuseEverything) {
  auto services = web_and_api(100);
  services[1].replicas = 0;
  Drill drill(world_of(services));
  drill.run_for(5min);
  EXPECT_EQ(drill.error_ratio("web", 3), 1);
  EXPECT_GT(drill.value("web", "http_requests_total", {{"code", "503"}}), 10000);
}

// Services, sizes, times and faults at random, orders of magnitude apart.
WorldSpec random_world(std::uint64_t seed) {
  RandomStream chance(seed, "random world");
  const auto between = [&](double low, double high) { return low * std::pow(high / low, chance.uniform()); };
  const auto whole = [&](double low, double high) { return static_cast<std::int64_t>(between(low, high)); };
  const auto time = [&](double low, double high) { return from_seconds(between(low, high)); };
  const auto n = static_cast<std::size_t>(1 + chance.below(7));
  std::vector<ServiceSpec> services;
  for (std::size_t i = 0; i < n; ++i) {
    ServiceSpec s = service("s" + std::to_string(i), static_cast<std::int64_t>(chance.below(4)), {});
    const std::vector<std::string> shapes = {"constant", "exponential", "lognormal"};
    s.latency.distribution = shapes[chance.below(3)];
    s.latency.p50 = time(0.001, 3);
    s.latency.p99 = s.latency.p50 * 5;
    s.concurrency = whole(1, 300);
    s.queue = whole(1, 500) - 1;
    if (chance.uniform() < 0.3) s.cpu_limit = between(0.01, 8);
    for (std::size_t d = i + 1; d < n; ++d) {
      if (chance.uniform() < 0.4) continue;
      DependencySpec dep = dependency("s" + std::to_string(d), time(0.005, 30));
      dep.pool = {whole(1, 200), time(0.001, 30)};
      dep.retries = {static_cast<std::int64_t>(chance.below(4)), between(0.05, 10), time(0.001, 1)};
      dep.critical = chance.uniform() < 0.7;
      if (chance.uniform() < 0.3)
        dep.cache = DependencySpec::Cache{chance.uniform(), chance.uniform() < 0.5, time(1, 600)};
      if (chance.uniform() < 0.3) dep.circuit_breaker.emplace();
      s.dependencies.push_back(dep);
    }
    RouteSpec r;
    for (const auto& d : s.dependencies) r.calls.push_back(call(d.name, static_cast<double>(whole(1, 4))));
    r.order = chance.uniform() < 0.5 ? CallOrder::parallel : CallOrder::sequential;
    s.routes = {r};
    if (chance.uniform() < 0.2) s.disk.emplace();
    if (chance.uniform() < 0.2) s.certificate.emplace();
    if (i > 0 && chance.uniform() < 0.2) {
      s.consumer.emplace();
    } else if (i == 0 || chance.uniform() < 0.3) {
      add_traffic(s, between(0.01, 5000));
    }
    services.push_back(s);
  }
  std::vector<FaultSpec> faults;
  for (int i = 0; i < 3; ++i) {
    Fields fields;
    std::string kind(fault_table()[chance.below(fault_table().size())].name);
    if (kind == "nan") kind = "counter_reset";  // values that are not finite are all that it does
    for (const FieldSpec& field : find_fault(kind)->fields) {
      if (!field.required) continue;
      if (field.type == FieldType::duration) fields.set(field.name, time(0.001, 60), {});
      if (field.type == FieldType::ratio) fields.set(field.name, between(0.01, 0.99), {});
      if (field.type == FieldType::number || field.type == FieldType::bytes) {
        fields.set(field.name, between(1.1, 1000), {});
      }
    }
    for (std::size_t state = 0; find_fault(kind)->states != nullptr && state < state_table().size(); ++state) {
      if (find_fault(kind)->states(state)) fields.set("what", std::string(state_table()[state].name), {});
    }
    if (kind == "http_error") fields.set("code", std::int64_t{400 + static_cast<std::int64_t>(chance.below(200))}, {});
    FaultSpec f = fault("f" + std::to_string(i), kind, target_of("s" + std::to_string(chance.below(n)), "one"),
                        std::chrono::minutes(1 + chance.below(10)), std::chrono::minutes(1 + chance.below(10)), fields);
    f.probability = chance.uniform();
    f.ramp = std::chrono::seconds(chance.below(200));
    faults.push_back(f);
  }
  return world_of(std::move(services), std::move(faults));
}

// A constant delay gives way to one that is as long on average.
TEST(Dynamics, TimesSpreadOtherwiseAroundTheSameMean) {
  Fields even;
  even.set("p50", Duration(140ms), {});
  Fields uneven;
  uneven.set("distribution", std::string("exponential"), {});
  uneven.set("p50", Duration(97ms), {});
  Drill drill(shop_world({fault("even", "latency", target_of("web"), 10min, 10min, even),
                          fault("uneven", "latency", target_of("web"), 20min, 10min, uneven)}));
  drill.run_for(19min);
  const ServiceMinute before = drill.truth("web", 5);
  drill.run_for(10min);
  const ServiceMinute after = drill.truth("web", 5);
  EXPECT_LT(latency_quantile(before.latency, 0.95), 0.38);
  EXPECT_GT(latency_quantile(after.latency, 0.95), 0.4);
}

// By hand of more of them: FIREDRILL_WORLDS=1000.
TEST(Dynamics, AnyWorldStaysFiniteAndConserves) {
  const char* wanted = std::getenv("FIREDRILL_WORLDS");
  const std::uint64_t seeds = wanted ? std::stoull(wanted) : 16;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Told told;
    World world(random_world(seed), told);
    std::vector<double> values;
    const Time end = world.now() + 25min;
    while (world.now() < end) {
      world.advance_to(world.now() + 17s);
      for (std::size_t i = 0; i < world.targets().size(); ++i) {
        world.scrape(i, values);
        for (std::size_t s = 0; s < values.size(); ++s) {
          if (is_absent(values[s])) continue;
          ASSERT_TRUE(std::isfinite(values[s]) && values[s] >= 0)
              << "seed " << seed << ": " << world.targets()[i].series[s].labels.to_string() << " = " << values[s];
        }
      }
      for (const Minute& m : std::exchange(told.minutes, {})) {
        for (const ServiceMinute& s : m.services) {
          ASSERT_TRUE(std::isfinite(s.requests) && s.errors <= s.requests && s.checks_failed <= s.checks)
              << "seed " << seed;
          for (const float n : s.latency) ASSERT_TRUE(std::isfinite(n) && n >= 0) << "seed " << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
