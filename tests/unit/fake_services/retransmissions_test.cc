// Packets that are lost and sent again: how late that makes requests, and what callers see of it.
#include "fake_services/traffic/laws/retransmissions.h"

#include <gtest/gtest.h>

#include "drawn_laws.h"
#include "fake_services/traffic/flow.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

TEST(Retransmissions, AreThoseOfPacketsLostOneByOne) {
  for (const double loss : {0.001, 0.02, 0.1, 0.3}) {
    const auto draw = [=](RandomStream& c) { return draw_retransmissions(loss, c); };
    EXPECT_LT(distance(retransmissions(loss), draw, 1e-6), 0.004) << loss;
    EXPECT_NEAR(retransmissions(loss).share(), 1, 1e-12) << loss;
  }
}

TEST(Retransmissions, TakeNoTimesInBetween) {
  const Times law = retransmissions(0.05);
  const double none = std::pow(0.95, 8);
  EXPECT_NEAR(law.cdf(0), none, 1e-9);
  EXPECT_NEAR(law.cdf(0.199), none, 1e-9);
  EXPECT_NEAR(law.cdf(0.201), std::pow(1 - 0.05 * 0.05, 8), 1e-9);
  EXPECT_NEAR(law.cdf(0.599), law.cdf(0.201), 1e-9);
}

TEST(Retransmissions, OfAllPacketsNobodyWaitsFor) {
  EXPECT_GT(retransmissions(1).mean(), 100);
  RandomStream chance(1, "packets");
  EXPECT_GT(draw_retransmissions(1, chance), 100);
  EXPECT_EQ(draw_retransmissions(0, chance), 0);
}

TEST(Retransmissions, OfANewConnectionTakeSeconds) {
  RandomStream chance(1, "handshakes");
  int at_once = 0;
  int second = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double late = draw_handshake(0.1, chance);
    at_once += late == 0 ? 1 : 0;
    second += late == 1 ? 1 : 0;
  }
  EXPECT_NEAR(at_once, 0.81 * kDraws, 0.004 * kDraws);
  EXPECT_NEAR(second, 0.19 * 0.81 * kDraws, 0.004 * kDraws);
}

TEST(Retransmissions, OfTwoLossesAddUp) {
  RequestConditions c;
  c.delay.lose_packets(0.1);
  c.delay.lose_packets(0.2);
  EXPECT_NEAR(c.delay.packet_loss, 0.28, 1e-12);
  EXPECT_TRUE(c.delay.any());
}

// The time that the share q of a's successes does not exceed.
double quantile(const Flow& flow, double q) {
  const auto below = [&](double x) {
    double share = 0;
    double all = 0;
    for (const Component& part : flow.class_of(0, 0).routes[0].parts) {
      if (part.share <= 0) continue;
      all += part.share;
      share += part.share * part.time->cdf(x);
    }
    return share / all;
  };
  double low = 0;
  double high = 10;
  for (int i = 0; i < 40; ++i) (below((low + high) / 2) < q ? low : high) = (low + high) / 2;
  return high;
}

// a asks b, which takes 5 ms, over a line that loses a tenth of the packets: 43 of 100 requests lose none of their
// eight, 92 none twice, 99.2 none three times.
TEST(Retransmissions, ACallerSeesTheirModes) {
  Topology t;
  ServiceSpec a = service("a", 2, {"constant", 1ms, {}, {}, {}});
  a.concurrency = 500;
  a.traffic.emplace();
  a.traffic->requests_per_second = 100;
  a.routes = {route("GET", "/", {}, {call("b")})};
  a.dependencies = {dependency("b", 5s)};
  a.dependencies[0].pool.size = 200;
  ServiceSpec b = service("b", 3, {"constant", 5ms, {}, {}, {}});
  b.concurrency = 500;
  t.services = {a, b};
  complete(t);
  for (const bool on_the_way : {true, false}) {
    SCOPED_TRACE(on_the_way ? "between the two" : "at b");
    Flow flow(build_model(t, {}, {}), 1, Time{});
    const std::size_t hit = on_the_way ? 0 : 1;
    std::vector<TrafficConditions> conditions(hit == 0 ? 2 : 3, flow.neutral_conditions(hit));
    for (TrafficConditions& c : conditions) (on_the_way ? c.links[0] : c.routes[0]).delay.lose_packets(0.1);
    flow.set_traffic_conditions(hit, conditions);
    flow.settle(Time{});
    EXPECT_NEAR(quantile(flow, 0.42), 0.006, 0.0005);
    EXPECT_NEAR(quantile(flow, 0.5), 0.206, 0.0005);
    EXPECT_NEAR(quantile(flow, 0.92), 0.206, 0.0005);
    EXPECT_NEAR(quantile(flow, 0.95), 0.606, 0.0005);
    EXPECT_NEAR(quantile(flow, 0.99), 0.606, 0.0005);
    EXPECT_NEAR(quantile(flow, 0.995), 1.406, 0.0005);
    // Who waits for a packet keeps its worker, and by Little's law so many are at work: 100 a second, over replicas.
    const double late = retransmissions(0.1).mean();
    EXPECT_NEAR(flow.class_of(0, 0).busy, 50 * (0.006 + late), 0.02 * 50 * late);
    if (!on_the_way) {
      EXPECT_NEAR(flow.class_of(1, 0).busy, 100.0 / 3 * (0.005 + late), 0.02 * 33 * late);
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
