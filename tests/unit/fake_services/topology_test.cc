#include "fake_services/topology/topology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "fake_services/topology/program.h"
#include "fake_services/topology/topology_fields.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const auto& p : path) out += (out.empty() ? "" : ".") + p;
  return out;
}

// Every problem as "path: what (remedy)".
std::vector<std::string> problems(const Topology& topology) {
  std::vector<std::string> out;
  for (const auto& p : validate(topology)) out.push_back(joined(p.path) + ": " + p.what + " (" + p.remedy + ")");
  return out;
}

Topology pair() {
  Topology t;
  t.services = {service("web", 1, lognormal(std::chrono::milliseconds(5), std::chrono::milliseconds(9))),
                service("api", 1, lognormal(std::chrono::milliseconds(5), std::chrono::milliseconds(9)))};
  return t;
}

TEST(Topology, TheShopIsValid) {
  EXPECT_THAT(problems(shop()), IsEmpty());
}

TEST(Topology, ProblemsAcrossBlocks) {
  Topology t = pair();
  EXPECT_THAT(problems({}), ElementsAre("services: there is no service (declare at least one)"));

  t.services[0].dependencies = {dependency("apj", std::chrono::seconds(1))};
  EXPECT_THAT(problems(t),
              ElementsAre("services.web.dependencies.apj: there is no service 'apj' (did you mean 'api'?)"));

  t = pair();
  t.services[0].dependencies = {dependency("web", std::chrono::seconds(1))};
  EXPECT_THAT(problems(t), ElementsAre("services.web.dependencies.web: web depends on itself (remove it)"));

  t = pair();
  t.services[0].routes = {route("GET", "/", {}, {call("api")})};
  EXPECT_THAT(problems(t),
              ElementsAre("services.web.routes.0.calls.0.dependency: 'api' is not among the dependencies of web "
                          "(declare it under services.web.dependencies)"));

  t.services[0].dependencies = {dependency("api", std::chrono::seconds(1))};
  t.services[0].routes[0].calls[0].path = "/orders";
  t.services[1].routes = {route("GET", "/order", {}, {})};
  EXPECT_THAT(problems(t), ElementsAre("services.web.routes.0.calls.0.path: api has no route '/orders' "
                                       "(did you mean '/order'?)"));
}

TEST(Topology, CyclesAreNamedInFull) {
  Topology t = pair();
  t.services.push_back(service("db", 1, {}));
  t.services[0].dependencies = {dependency("api", std::chrono::seconds(1))};
  t.services[1].dependencies = {dependency("db", std::chrono::seconds(1))};
  t.services[2].dependencies = {dependency("web", std::chrono::seconds(1))};
  EXPECT_THAT(problems(t), ElementsAre("services.db.dependencies.web: dependency cycle: web → api → db → web "
                                       "(services must call each other one way)"));
}

TEST(Topology, SharesAndRoutes) {
  Topology t = pair();
  t.services[0].routes = {route("GET", "/", 0.7, {}), route("GET", "/x", 0.2, {})};
  EXPECT_THAT(problems(t), ElementsAre("services.web.routes: the shares of the routes of web sum to 90 % "
                                       "(they must sum to 100 %; leave one out and it gets the rest)"));
  t.services[0].routes = {route("GET", "/", 0.7, {}), route("GET", "/", {}, {})};
  EXPECT_THAT(problems(t), ElementsAre("services.web.routes.1: GET / is declared twice (give a route once)"));
  t.services[0].routes = {route("GET", "/", 0.7, {}), route("POST", "/", {}, {}), route("PUT", "/", {}, {})};
  EXPECT_THAT(problems(t), IsEmpty());
  complete(t);
  EXPECT_NEAR(*t.services[0].routes[1].share, 0.15, 1e-12);
  EXPECT_EQ(t.services[1].routes.size(), 1u);
  EXPECT_EQ(t.services[1].job, "api");
}

TEST(Topology, Probes) {
  Topology t = pair();
  t.services[0].liveness_probe.emplace();
  t.services[0].readiness_probe.emplace().http_get.emplace();
  t.services[0].readiness_probe->success_threshold = 2;
  EXPECT_THAT(problems(t), ElementsAre("services.web.livenessProbe: the probe has no handler "
                                       "(give exactly one of httpGet, tcpSocket, grpc, exec; in overrides "
                                       "`httpGet: null` takes the topology's out, and `livenessProbe: null` the "
                                       "probe)"));
  t.services[0].liveness_probe->tcp_socket.emplace();
  t.services[0].liveness_probe->success_threshold = 2;
  EXPECT_THAT(problems(t),
              ElementsAre("services.web.livenessProbe.successThreshold: successThreshold of a livenessProbe "
                          "must be 1 (only readiness may ask for more)"));
}

TEST(Topology, ReadinessChecksNameDependencies) {
  Topology t = pair();
  t.services[0].dependencies = {dependency("api", std::chrono::seconds(1))};
  t.services[0].readiness_checks = {"api"};
  EXPECT_THAT(problems(t), IsEmpty());
  t.services[0].readiness_checks = {"api", "apj"};
  t.services[1].readiness_checks = {"web"};
  EXPECT_THAT(
      problems(t),
      ElementsAre("services.web.readiness_checks: 'apj' is not a dependency of the service (did you mean 'api'?)",
                  HasSubstr("services.api.readiness_checks: 'web' is not a dependency of the service")));
}

TEST(Topology, DependentsAreWhatAFaultMayBreak) {
  EXPECT_THAT(dependents(shop(), "postgres"), ElementsAre("catalogue", "checkout", "postgres", "web"));
  EXPECT_THAT(dependents(shop(), "web"), ElementsAre("web"));
}

TEST(TopologyFields, TablesAreWellFormed) {
  for (const auto table :
       {service_fields(), memory_fields(),     disk_fields(),     certificate_fields(),  consumer_fields(),
        traffic_fields(), daily_fields(),      weekly_fields(),   noise_fields(),        route_fields(),
        call_fields(),    dependency_fields(), pool_fields(),     retries_fields(),      circuit_breaker_fields(),
        cache_fields(),   probe_fields(),      http_get_fields(), http_header_fields(),  tcp_socket_fields(),
        grpc_fields(),    exec_fields(),       metric_fields(),   metric_value_fields(), metric_effect_fields(),
        program_fields()}) {
    std::set<std::string_view> names;
    for (const FieldSpec& field : table) {
      EXPECT_TRUE(names.insert(field.name).second) << field.name;
      EXPECT_FALSE(field.doc.empty()) << field.name;
      EXPECT_LE(field.min, field.max) << field.name;
      EXPECT_FALSE(field.required && !field.default_text.empty()) << field.name;
    }
  }
}

TEST(TopologyFields, AbsentFieldsAreTheDocumentedDefaults) {
  const ServiceSpec s = make_service("api", {});
  EXPECT_EQ(s.port, 8080);
  EXPECT_EQ(s.replicas, 1);
  EXPECT_EQ(s.job, "api");
  EXPECT_EQ(s.latency.p50, std::chrono::milliseconds(10));
  Fields zone;
  zone.set("zone", std::string("a"), {});
  EXPECT_THAT(make_service("api", zone).zones, ElementsAre("a"));
  Fields order;
  order.set("path", std::string("/"), {});
  order.set("order", std::string("parallel"), {});
  EXPECT_EQ(make_route(order).order, CallOrder::parallel);
  const ProbeSpec probe = make_probe({});
  EXPECT_EQ(probe.period_seconds, 10);
  EXPECT_EQ(probe.timeout_seconds, 1);
  EXPECT_EQ(probe.failure_threshold, 3);
}

TEST(LoopbackPort, TakesThisMachineAlone) {
  EXPECT_EQ(loopback_port("http://127.0.0.1:8080"), 8080);
  EXPECT_EQ(loopback_port("http://localhost:9000/"), 9000);
  EXPECT_EQ(loopback_port("http://127.0.0.1"), 80);
  for (const std::string_view url :
       {"", "127.0.0.1:80", "https://127.0.0.1:80", "http://10.0.0.1:80", "http://127.0.0.1.example:80",
        "http://0.0.0.0:80", "http://127.0.0.1@shop.example:80", "http://[::1]:80", "http://127.0.0.1:0",
        "http://127.0.0.1:65536", "http://127.0.0.1:", "http://127.0.0.1:8080/api", "http://127.0.0.1:8080?a",
        "ftp://127.0.0.1:21"}) {
    EXPECT_FALSE(loopback_port(url)) << url;
  }
}

}  // namespace
}  // namespace firedrill::fake_services
