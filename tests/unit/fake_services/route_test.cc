// A request's way through its calls.
#include "fake_services/traffic/route.h"

#include <gtest/gtest.h>

#include <vector>

#include "shop.h"

namespace firedrill::fake_services {
namespace {

struct Travelled {
  Journey journey;
  double made = 0;
};

// Calls of 100 ms, so many for each request, that succeed with such a share.
Travelled travelled(double times, double succeed, bool critical = true) {
  Topology topology;
  ServiceSpec a = service("a", 1, {"constant", std::chrono::milliseconds(1), {}, {}, {}});
  a.dependencies = {dependency("b", std::chrono::seconds(1))};
  a.dependencies.front().critical = critical;
  a.routes.emplace_back();
  a.routes.front().calls = {call("b")};
  a.routes.front().calls.front().times = times;
  topology.services = {a, service("b", 1, {"constant", std::chrono::milliseconds(100), {}, {}, {}})};
  complete(topology);
  const FlowModel model = build_model(topology, {}, {});
  Operation op;
  op.success = succeed;
  op.success_time = std::make_shared<const Times>(Times::just(0.1));
  op.failure[0] = 1 - succeed;
  op.failure_time[0] = std::make_shared<const Times>(Times::just(0.01));
  Travelled out;
  std::vector<double> made(1, 0);
  const ServiceModel& m = model.services[0];
  travel(out.journey, m, m.routes[0], std::vector{op}, made);
  out.made = made[0];
  return out;
}

// Each request makes a whole number of calls, and some make one more than others.
TEST(Route, MakesWholeNumbersOfCalls) {
  for (const bool critical : {true, false}) {
    const Travelled half = travelled(1.5, 1, critical);
    EXPECT_DOUBLE_EQ(half.made, 1.5);
    EXPECT_NEAR(half.journey.success_time->cdf(0.099), 0, 1e-9);
    EXPECT_NEAR(half.journey.success_time->cdf(0.101), 0.5, 1e-9);
    EXPECT_NEAR(half.journey.success_time->cdf(0.199), 0.5, 1e-9);
    EXPECT_NEAR(half.journey.success_time->cdf(0.201), 1, 1e-9);
    EXPECT_NEAR(half.journey.mean_time_s, 0.15, 1e-9);
    const Travelled few = travelled(0.25, 1, critical);
    EXPECT_DOUBLE_EQ(few.made, 0.25);
    EXPECT_NEAR(few.journey.success_time->cdf(0.01), 0.75, 1e-9);
  }
}

TEST(Route, FailsWithTheFirstOfThem) {
  const Travelled half = travelled(1.5, 0.9);
  EXPECT_DOUBLE_EQ(half.journey.success, (0.9 + 0.81) / 2);
  EXPECT_DOUBLE_EQ(half.journey.failure[0], (0.1 + 0.19) / 2);
  EXPECT_DOUBLE_EQ(half.made, (1 + 1.9) / 2);
  EXPECT_NEAR(half.journey.failure_time[0]->cdf(0.05), (0.1 + 0.1) / (0.1 + 0.19), 1e-9);
}

}  // namespace
}  // namespace firedrill::fake_services
