// Clients from outside over real sockets: that arrivals keep their times, and what they count.
#include <gtest/gtest.h>

#include <atomic>

#include "base/clock.h"
#include "fake_services/clients/open_loop.h"
#include "http/server.h"

namespace firedrill::fake_services {
namespace {

Topology shop(double rate, Duration timeout) {
  Topology topology;
  ServiceSpec web;
  web.name = "web";
  web.traffic.emplace();
  web.traffic->requests_per_second = rate;
  web.traffic->timeout = timeout;
  topology.services.push_back(web);
  complete(topology);
  return topology;
}

class Clients : public testing::Test {
 protected:
  void begin(double rate, Duration timeout, Duration work, std::size_t most = 20000) {
    model_ = build_model(shop(rate, timeout), {}, {});
    http::ServerBounds bounds;
    bounds.threads = 200;
    server_ = *http::Server::bind(0, bounds, [this, work](const http::Request&) {
      const int number = ++served_;
      sleep_seconds(to_seconds(work));
      return http::Response{.status = number % 10 == 0 ? 503 : 200, .body = "x"};
    });
    EXPECT_TRUE(server_->listen());
    loop_ = std::make_unique<OpenLoop>(
        model_, OpenLoop::Options{.seed = 1, .now = [] { return Time{}; }, .most_under_way = most});
    loop_->set_ready(0, {server_->port()});
    EXPECT_TRUE(loop_->begin());
  }

  FlowModel model_;
  std::atomic<int> served_ = 0;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<OpenLoop> loop_;
};

TEST_F(Clients, ComeAtTheirRate) {
  begin(200, 1000ms, 1ms);
  sleep_seconds(1.5);
  loop_->pause();
  sleep_seconds(0.3);
  const OutsideCounts counts = loop_->counts(0);
  EXPECT_GT(counts.requests, 200);  // 300 ± 17 where the machine is not busy otherwise
  EXPECT_LT(counts.requests, 400);
  EXPECT_EQ(counts.requests, counts.seen.replies);
  EXPECT_NEAR(counts.errors, counts.requests / 10, 2);
  EXPECT_EQ(counts.seen.by_code.at(503), counts.errors);
  EXPECT_EQ(loop_->under_way(), 0U);
}

// A server that takes a second for each does not slow them down, and what they wait counts from their own times.
TEST_F(Clients, DoNotWaitForThoseBefore) {
  begin(50, 5000ms, 700ms);
  sleep_seconds(1.0);
  loop_->pause();
  EXPECT_GT(served_.load(), 25);
  EXPECT_GT(loop_->under_way(), 15U);
  sleep_seconds(0.9);
  const OutsideCounts counts = loop_->counts(0);
  ASSERT_GT(counts.requests, 25);
  EXPECT_GE(counts.seen.latency_sum_s / counts.seen.latency_count, 0.7);
}

TEST_F(Clients, GiveUp) {
  begin(50, 100ms, 500ms);
  sleep_seconds(0.6);
  loop_->pause();
  sleep_seconds(0.3);
  const OutsideCounts counts = loop_->counts(0);
  EXPECT_GT(counts.seen.timed_out, 10);
  EXPECT_EQ(counts.errors, counts.requests);
}

TEST_F(Clients, AreRefusedWhereNobodyIsReady) {
  begin(100, 1000ms, 1ms);
  loop_->set_ready(0, {});
  sleep_seconds(0.5);
  loop_->pause();
  EXPECT_GT(loop_->counts(0).seen.refused, 20);
}

TEST_F(Clients, AreNotBegunBeyondWhatIsLetBe) {
  begin(200, 5000ms, 2000ms, 20);
  sleep_seconds(0.5);
  loop_->pause();
  EXPECT_LE(loop_->under_way(), 20U);
  EXPECT_GT(loop_->take_lateness().unsent, 20U);
}

TEST_F(Clients, ObeyFactorAndRate) {
  begin(100, 1000ms, 0ms);
  loop_->set_rate(0, 400);
  loop_->set_factor(0, 0);
  sleep_seconds(0.7);
  const double before = loop_->counts(0).requests;
  sleep_seconds(0.3);
  EXPECT_EQ(loop_->counts(0).requests, before);
  loop_->set_factor(0, 1);
  sleep_seconds(1.1);
  EXPECT_GT(loop_->counts(0).requests - before, 100);
}

}  // namespace
}  // namespace firedrill::fake_services
