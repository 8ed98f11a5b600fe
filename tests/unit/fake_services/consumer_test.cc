// Workers of a consumer against a simulation of its messages, one by one.
#include <gtest/gtest.h>

#include <queue>

#include "base/random.h"
#include "fake_services/traffic/flow.h"
#include "shop.h"

namespace firedrill::fake_services {
namespace {

using namespace std::chrono_literals;

constexpr double kWork = 0.02;  // seconds
constexpr int kWorkers = 8;

// Mean number of workers that have a message, where such a share of these fail without work, each time they are taken,
// and stay in the queue while the worker pauses.
double busy_workers(double messages_per_second, double fails, double pause_s) {
  RandomStream chance(1, "consumer");
  struct End {
    double at;
    bool failed;
    bool operator<(const End& other) const { return at > other.at; }
  };
  std::priority_queue<End> ends;
  const double span = 5000;
  double comes = 0, last = 0, integral = 0;
  int waiting = 0;
  while (last < span) {
    const bool end = !ends.empty() && ends.top().at < comes;
    const double now = end ? ends.top().at : comes;
    integral += static_cast<double>(ends.size()) * (now - last);
    last = now;
    if (end) {
      waiting += ends.top().failed ? 1 : 0;
      ends.pop();
    } else {
      ++waiting;
      comes += chance.exponential(1 / messages_per_second);
    }
    for (; waiting > 0 && ends.size() < kWorkers; --waiting) {
      const bool failed = chance.uniform() < fails;
      ends.push({now + (failed ? pause_s : chance.exponential(kWork)), failed});
    }
  }
  return integral / span;
}

// Who pauses after a message that failed has no time for another one, and a message that fails without work takes none.
TEST(Consumers, HaveNoTimeWhileTheyPause) {
  for (const auto pause : {100ms, 400ms}) {
    for (const double fails : {0.02, 0.1}) {
      SCOPED_TRACE(testing::Message() << fails << " fail, pause of " << pause.count() << " ms");
      Topology t;
      ServiceSpec a = service("a", 1, {"constant", 1ms, {}, {}, {}});
      a.concurrency = 100;
      a.traffic.emplace();
      a.traffic->requests_per_second = 60;
      a.routes = {route("GET", "/", {}, {call("b")})};
      a.dependencies = {dependency("b", 5s)};
      a.dependencies[0].pool.size = 100;
      ServiceSpec b = service("b", 2, {"exponential", {}, {}, {}, 20ms});
      b.concurrency = kWorkers / 2;
      b.background_errors = fails;
      b.consumer.emplace();
      b.consumer->redelivery_pause = pause;
      t.services = {a, b};
      complete(t);
      Flow flow(build_model(t, {}, {}), 1, Time{});
      for (Time now{}; now < Time{} + 5min;) {  // until as many have failed and come again as will in the long run
        now = flow.begin_step(now, Time{} + 5min);
        flow.end_step(now);
      }
      const double simulated = busy_workers(60, fails, std::chrono::duration<double>(pause).count());
      EXPECT_NEAR(2 * flow.class_of(1, 0).busy, simulated, 0.03 * simulated);
    }
  }
}

}  // namespace
}  // namespace firedrill::fake_services
