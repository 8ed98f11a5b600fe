// What befalls replicas: what does not concern their queues leaves these as they are.
#include <gtest/gtest.h>

#include "fake_services/traffic/flow.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

// b, of constant work, is sent requests in turn and is near its limit. Its probes begin to fail, and those who wait
// there do so for as long as before.
TEST(Conditions, LeaveQueuesAsTheyAre) {
  Topology t;
  ServiceSpec a = service("a", 2, {"constant", 1ms, {}, {}, {}});
  a.concurrency = 500;
  a.traffic.emplace();
  a.traffic->requests_per_second = 130;
  a.routes = {route("GET", "/", {}, {call("b")})};
  a.dependencies = {dependency("b", 5s)};
  a.dependencies[0].pool.size = 200;
  ServiceSpec b = service("b", 3, {"constant", 21ms, {}, {}, {}});
  b.concurrency = 1;
  b.load_balancing = LoadBalancing::round_robin;
  t.services = {a, b};
  complete(t);
  Flow flow(build_model(t, {}, {}), 1, Time{});
  const double waited = flow.class_of(1, 0).wait->mean();
  std::vector<TrafficConditions> conditions(3, flow.neutral_conditions(1));
  for (TrafficConditions& c : conditions) c.health[0].silent = 1;
  flow.set_traffic_conditions(1, conditions);
  flow.disturb();
  flow.begin_step(Time{}, Time{} + 1s);
  EXPECT_NEAR(flow.class_of(1, 0).wait->mean(), waited, 0.01 * waited);
}

}  // namespace
}  // namespace firedrill::fake_services
