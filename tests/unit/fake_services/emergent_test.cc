// What no fault says and the world does by itself: load that outlives its trigger, caches that stay cold, queues that
// wait for somebody else's database.
#include "fault_script.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;
using std::pair;

WorldSpec world_of(std::vector<ServiceSpec> services, std::vector<FaultSpec> faults) {
  WorldSpec spec;
  spec.topology.services = std::move(services);
  EXPECT_TRUE(validate(spec.topology).empty());
  complete(spec.topology);
  spec.faults = std::move(faults);
  spec.seed = 3;
  spec.start = spec.origin = *parse_instant("2026-03-03T12:00:00Z");
  return spec;
}

// web calls api, 400 times a second into something that can do 500; impatient, and three times if need be.
std::vector<ServiceSpec> impatient(double retry_budget) {
  ServiceSpec web = service("web", 2, {"constant", 5ms, {}, {}, {}});
  web.concurrency = 2000;
  web.queue = 100;
  web.traffic.emplace();
  web.traffic->requests_per_second = 400;
  web.routes = {route("GET", "/", {}, {call("api")})};
  web.dependencies = {dependency("api", 1s)};
  web.dependencies[0].pool.size = 2000;
  web.dependencies[0].retries = {3, retry_budget, 10ms};
  ServiceSpec api = service("api", 1, {"exponential", {}, {}, {}, 20ms});
  api.concurrency = 10;
  api.queue = 1000;
  return {web, api};
}

FaultSpec storm() {
  return fault("storm", "retry_storm", link("web", "api"), 5min, 2min);
}

TEST(Emergent, RetryStormOutlivesItsTrigger) {
  Drill drill(world_of(impatient(10), {storm()}));
  drill.run_for(4min);
  EXPECT_LT(drill.error_ratio("web", 2), 1e-3);
  drill.run_for(40min);  // the fault ended long ago
  EXPECT_TRUE(drill.world().faults().at(0).ended);
  EXPECT_GT(drill.error_ratio("web", 5), 0.5);
  EXPECT_GT(drill.truth("api", 5).requests, 2.5 * drill.truth("web", 5).requests);
}

TEST(Emergent, RetryBudgetEndsTheStorm) {
  Drill drill(world_of(impatient(0.1), {storm()}));
  drill.run_for(7min);
  EXPECT_GT(drill.error_ratio("web", 1), 0.5);
  drill.run_for(20min);
  EXPECT_LT(drill.error_ratio("web", 5), 1e-2);
}

TEST(Emergent, CircuitBreakerEndsTheStorm) {
  auto services = impatient(10);
  services[0].dependencies[0].circuit_breaker = DependencySpec::CircuitBreaker{};
  Drill drill(world_of(services, {storm()}));
  drill.run_for(35min);
  EXPECT_LT(drill.error_ratio("web", 5), 1e-2);
}

TEST(Emergent, LessTrafficEndsTheStorm) {
  Drill drill(world_of(impatient(10), {storm(), fault("shed", "traffic_drop", target_of("web"), 30min, 5min,
                                                      with(pair("percent", 0.9)))}));
  drill.run_for(29min);
  EXPECT_GT(drill.error_ratio("web", 5), 0.5);
  drill.run_for(21min);
  EXPECT_LT(drill.error_ratio("web", 5), 1e-2);
}

// web reads from a database that can do a third of what it asks for, behind a cache that answers nine in ten.
std::vector<ServiceSpec> cached(std::int64_t database_workers, bool retries) {
  ServiceSpec web = service("web", 2, {"constant", 5ms, {}, {}, {}});
  web.concurrency = 2000;
  web.queue = 100;
  web.traffic.emplace();
  web.traffic->requests_per_second = 400;
  web.routes = {route("GET", "/", {}, {call("db")})};
  web.dependencies = {dependency("db", 500ms)};
  web.dependencies[0].pool.size = 1000;
  web.dependencies[0].cache = DependencySpec::Cache{.hit_ratio = 0.9, .serve_stale = false, .refill = 2min};
  if (retries) web.dependencies[0].retries = {2, 10.0, 10ms};
  ServiceSpec db = service("db", 1, {"exponential", {}, {}, {}, 20ms});
  db.concurrency = database_workers;
  db.queue = 1000;
  return {web, db};
}

FaultSpec flush() {
  return fault("flush", "cache_miss_storm", link("web", "db"), 5min, 30s);
}

TEST(Emergent, LostCacheMovesItsLoadToTheDatabaseAndFillsAgain) {
  Drill drill(world_of(cached(12, false), {flush()}));
  drill.run_for(5min);
  const double before = drill.truth("db", 3).requests / 3;
  drill.run_for(1min);
  EXPECT_GT(drill.truth("db", 1).requests, 6 * before);
  EXPECT_LT(drill.error_ratio("web", 1), 1e-2);
  drill.run_for(15min);
  EXPECT_NEAR(drill.truth("db", 3).requests / 3 / before, 1, 0.05);
}

TEST(Emergent, OverloadedDatabaseKeepsTheCacheCold) {
  Drill drill(world_of(cached(4, true), {flush()}));
  drill.run_for(5min);
  EXPECT_LT(drill.error_ratio("web", 3), 1e-2);
  drill.run_for(30min);  // half a minute's loss, half an hour ago
  EXPECT_GT(drill.error_ratio("web", 5), 0.3);
  EXPECT_GT(drill.value("web", "cache_requests_total", {{"result", "miss"}}), 100000);
}

TEST(Emergent, ReadinessCascadesWhereItLooksAtTheOverloadedDatabase) {
  const auto unready = [](bool looks) {
    auto services = cached(4, true);
    services[0].readiness_probe = http_probe("/health/ready", 5);
    if (looks) services[0].readiness_checks = {"db"};
    Drill drill(world_of(services, {flush()}));
    drill.run_for(15min);
    return pod_events(drill, EventKind::endpoint_unready, "web");
  };
  EXPECT_EQ(unready(false), 0);
  EXPECT_GT(unready(true), 0);
}

TEST(Emergent, WhatALostZoneLeavesSaturates) {
  const auto errors = [](double requests_per_second) {
    ServiceSpec api = service("api", 3, {"exponential", {}, {}, {}, 20ms});
    api.zones = {"a", "b", "c"};
    api.concurrency = 4;  // 200 a second, each
    api.queue = 100;
    api.traffic.emplace();
    api.traffic->requests_per_second = requests_per_second;
    TargetSpec zone;
    zone.zone = "b";
    Drill drill(world_of({api}, {fault("f", "zone_down", zone, 5min, 15min)}));
    drill.run_for(10min);  // its pods are made elsewhere a minute later
    return drill.error_ratio("api", 3);
  };
  EXPECT_LT(errors(300), 1e-3);
  EXPECT_NEAR(errors(550), 1 - 400.0 / 550, 0.03);
}

TEST(Emergent, QueueWaitsForItsConsumersDatabase) {
  WorldSpec spec = drill_shop({fault("db", "connection_refused", target_of("redis"), 10min, 10min)});
  ServiceSpec& mailer = service_of(spec, "mailer");
  mailer.dependencies = {dependency("redis", 1s)};
  mailer.routes[0].calls = {call("redis")};
  Drill drill(std::move(spec));
  drill.run_for(20min - 1s);
  EXPECT_NEAR(drill.value("mailer", "queue_messages"), 47 * 590, 3000);
  EXPECT_LT(drill.error_ratio("checkout", 5), 1e-3);
  drill.run_for(10min);
  EXPECT_LT(drill.value("mailer", "queue_messages"), 5);
  EXPECT_NEAR(drill.value("mailer", "queue_messages_consumed_total"),
              drill.value("mailer", "queue_messages_published_total"), 10);
}

TEST(Emergent, FullQueueIsTheFirstThatProducersNotice) {
  WorldSpec spec = drill_shop({fault("stall", "consumer_stall", target_of("mailer"), 5min, {})});
  service_of(spec, "mailer").consumer->capacity = 10000;
  Drill drill(std::move(spec));
  drill.run_for(8min);
  EXPECT_LT(drill.error_ratio("checkout", 2), 1e-3);
  drill.run_for(10min);
  EXPECT_NEAR(drill.value("mailer", "queue_messages"), 10000, 2);
  EXPECT_GT(drill.error_ratio("checkout", 2), 0.9);
}

}  // namespace
}  // namespace firedrill::fake_services
