// The parts of a replica's process, each alone: limits, breakers, queues, routes, chance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "base/maths.h"
#include "fake_services/process/balancer.h"
#include "fake_services/process/breaker.h"
#include "fake_services/process/chance.h"
#include "fake_services/process/control.h"
#include "fake_services/process/message_queue.h"
#include "fake_services/process/routing.h"
#include "fake_services/process/workers.h"

namespace firedrill::fake_services {
namespace {

TEST(LiveWorkers, TurnAwayWhatTheQueueDoesNotHold) {
  Workers workers(2, 1);
  ASSERT_TRUE(workers.enter());
  ASSERT_TRUE(workers.enter());
  std::atomic<bool> entered = false;
  std::thread waiting([&] {
    EXPECT_TRUE(workers.enter());
    entered = true;
  });
  while (workers.load().waiting == 0) sleep_seconds(0.001);
  EXPECT_FALSE(workers.enter());
  EXPECT_FALSE(entered);
  workers.leave();
  waiting.join();
  EXPECT_EQ(workers.load().busy, 2);
  workers.leave();
  workers.leave();
  EXPECT_EQ(workers.load().busy, 0);
}

TEST(LiveProcessor, WorksAsLongAsItIsAsked) {
  Processor processor(0);
  const double before = thread_cpu_seconds();
  processor.use(0.02);
  EXPECT_GE(thread_cpu_seconds() - before, 0.02);
}

// Half a core: what is used beyond the first tenth of a second takes twice as long.
TEST(LiveProcessor, KeepsItsQuota) {
  Processor processor(0.5);
  const double from = stopwatch_seconds();
  for (int i = 0; i < 30; ++i) processor.use(0.01);
  EXPECT_GE(stopwatch_seconds() - from, 0.45);
}

TEST(LiveBalancer, GoesInTurn) {
  Chance chance(1, "balancer");
  Balancer balancer(LoadBalancing::round_robin);
  EXPECT_FALSE(balancer.choose(chance, {}, RetryTo::any));
  balancer.set_ready({1, 2, 3});
  const std::uint16_t first = *balancer.choose(chance, {}, RetryTo::any);
  for (int i = 1; i < 7; ++i) EXPECT_EQ(*balancer.choose(chance, {}, RetryTo::any), (first - 1 + i) % 3 + 1);
}

TEST(LiveBalancer, GoesWhereFewestResponsesAreOwed) {
  Chance chance(1, "balancer");
  Balancer balancer(LoadBalancing::least_requests);
  balancer.set_ready({1, 2});
  const std::uint16_t slow = *balancer.choose(chance, {}, RetryTo::any);
  for (int i = 0; i < 10; ++i) {
    const std::uint16_t other = *balancer.choose(chance, {}, RetryTo::any);
    EXPECT_NE(other, slow);
    balancer.ended(other);
  }
  balancer.set_ready({slow});
  EXPECT_EQ(*balancer.choose(chance, {}, RetryTo::any), slow);
}

TEST(LiveBalancer, RetriesGoElsewhereOrNot) {
  for (const auto policy : {LoadBalancing::random, LoadBalancing::round_robin, LoadBalancing::least_requests}) {
    Chance chance(1, "balancer");
    Balancer balancer(policy);
    balancer.set_ready({1, 2, 3});
    for (int i = 0; i < 20; ++i) {
      std::vector<std::uint16_t> tried;
      for (int n = 0; n < 3; ++n) tried.push_back(*balancer.choose(chance, tried, RetryTo::another));
      EXPECT_THAT(tried, testing::UnorderedElementsAre(1, 2, 3));
      EXPECT_TRUE(balancer.choose(chance, tried, RetryTo::another));
      EXPECT_EQ(*balancer.choose(chance, tried, RetryTo::same), tried.back());
    }
  }
}

constexpr DependencyCircuitBreaker kBreaker = {
    .threshold = 0.5, .window = std::chrono::seconds(10), .min_requests = 4, .open_for = std::chrono::seconds(5)};

TEST(LiveBreaker, OpensTriesAndCloses) {
  Breaker breaker(kBreaker);
  double now = 100;
  for (int i = 0; i < 5; ++i) breaker.ended(now, true, breaker.ask(now));
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::no);
  EXPECT_TRUE(breaker.is_open(now));
  now += 5.1;
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::trial);
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::no);  // one at a time
  breaker.ended(now, true, Breaker::Pass::trial);
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::no);
  now += 5.1;
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::trial);
  breaker.abandoned(Breaker::Pass::trial);
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::trial);
  breaker.ended(now, false, Breaker::Pass::trial);
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::yes);
}

TEST(LiveBreaker, StaysClosedBelowItsThresholdAndForgets) {
  Breaker breaker(kBreaker);
  double now = 100;
  for (int i = 0; i < 40; ++i) breaker.ended(now, i % 5 == 0, breaker.ask(now));
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::yes);
  for (int i = 0; i < 3; ++i) breaker.ended(now, true, breaker.ask(now));
  now += 200;
  for (int i = 0; i < 3; ++i) breaker.ended(now, true, breaker.ask(now));  // fewer than min_requests are left
  EXPECT_EQ(breaker.ask(now), Breaker::Pass::yes);
}

TEST(LiveQueue, PutsBackWhatFails) {
  std::atomic<int> tried = 0;
  MessageQueue queue(10, 1, 10ms, [&](std::size_t) { return ++tried >= 3; });
  ASSERT_TRUE(queue.put(0));
  for (int i = 0; i < 500 && queue.state().consumed < 1; ++i) sleep_seconds(0.01);
  EXPECT_EQ(tried, 3);
  EXPECT_EQ(queue.state().consumed, 1);
  EXPECT_EQ(queue.state().published, 1);
  EXPECT_EQ(queue.state().waiting, 0);
}

TEST(LiveQueue, HoldsSoManyAndSaysHowOldTheyAre) {
  std::atomic<bool> go_on = false;
  MessageQueue queue(2, 1, 10ms, [&](std::size_t) {
    while (!go_on) sleep_seconds(0.001);
    return true;
  });
  ASSERT_TRUE(queue.put(0));
  while (queue.state().busy == 0) sleep_seconds(0.001);
  EXPECT_TRUE(queue.put(0));
  EXPECT_TRUE(queue.put(0));
  EXPECT_FALSE(queue.put(0));
  sleep_seconds(0.05);
  EXPECT_GE(queue.state().oldest_s, 0.05);
  go_on = true;
}

RouteModel route(std::string method, std::string path) {
  RouteModel made;
  made.method = std::move(method);
  made.path = std::move(path);
  return made;
}

TEST(LiveRouting, AsksForWhatHttpDoesNotHave) {
  const http::Request request = request_of(route("SQL", "select orders"));
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/select%20orders");
  EXPECT_EQ(*http::find_header(request.headers, kMethodHeader), "SQL");
  EXPECT_EQ(request_of(route("GET", "/a/{id}")).path, "/a/%7Bid%7D");
}

TEST(LiveRouting, FindsRoutes) {
  const std::vector<RouteModel> routes = {route("GET", "/orders/{id}"), route("GET", "/orders/new"),
                                          route("SQL", "query"), route("RESP", "query")};
  EXPECT_EQ(find_route(routes, {.path = "/orders/new"}).route, 1U);
  EXPECT_EQ(find_route(routes, {.path = "/orders/17"}).route, 0U);
  EXPECT_EQ(find_route(routes, {.path = "/orders/{id}"}).route, 0U);
  EXPECT_FALSE(find_route(routes, {.path = "/orders/"}).route);
  EXPECT_FALSE(find_route(routes, {.path = "/orders/1/2"}).route);
  EXPECT_TRUE(find_route(routes, {.method = "PUT", .path = "/orders/17"}).other_method);
  EXPECT_FALSE(find_route(routes, {.path = "/nowhere"}).other_method);
  EXPECT_EQ(find_route(routes, {.method = "POST", .path = "/query"}).route, 2U);
  EXPECT_EQ(find_route(routes, {.method = "POST", .path = "/query", .headers = {{"x-firedrill-method", "RESP"}}}).route,
            3U);
}

TEST(LiveChance, DrawsWhatTheDistributionSays) {
  Chance chance(7, "test");
  for (const Distribution& time :
       {Distribution::constant(0.01), Distribution::exponential(0.02), Distribution::lognormal({0.03, 0.0004})}) {
    double sum = 0;
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) sum += chance.draw(time);
    EXPECT_NEAR(sum / kDraws, time.mean(), 0.03 * time.mean());
  }
  const std::vector<double> weights = {0, 0.25, 0.75};
  int last = 0;
  for (int i = 0; i < 10000; ++i) {
    const std::size_t picked = chance.pick(weights);
    ASSERT_NE(picked, 0U);
    last += picked == 2 ? 1 : 0;
  }
  EXPECT_NEAR(last, 7500, 200);
}

std::pair<Control, Control> line() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  return {Control(Descriptor(ends[0])), Control(Descriptor(ends[1]))};
}

TEST(LiveControl, CarriesMessagesAndItsEnd) {
  auto [here, there] = line();
  EXPECT_TRUE(here.send({{"a", 1}}));
  EXPECT_TRUE(here.send({{"text", "two\nlines"}}));
  EXPECT_TRUE(there.receive());
  EXPECT_EQ(there.next()->at("a").as_int64(), 1);
  EXPECT_EQ(there.next()->at("text").as_string(), "two\nlines");
  EXPECT_FALSE(there.next());
  here = Control(Descriptor());
  EXPECT_FALSE(there.receive());
}

TEST(LiveControl, EndsWithWhatIsNoMessage) {
  auto [here, there] = line();
  EXPECT_EQ(::send(here.descriptor(), "[1\n", 3, 0), 3);
  EXPECT_TRUE(there.receive());
  EXPECT_FALSE(there.next());
  EXPECT_FALSE(there.receive());
}

}  // namespace
}  // namespace firedrill::fake_services
