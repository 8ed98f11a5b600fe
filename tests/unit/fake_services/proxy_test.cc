// Fault proxies over real sockets, before a real server: what each fault looks like to a client.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/clock.h"
#include "fake_services/proxy/proxy.h"
#include "http/client.h"
#include "http/loopback.h"
#include "http/server.h"

namespace firedrill::fake_services {
namespace {

const http::ClientBounds kPatient = {.connect = 2000ms, .answer = 2000ms};
const http::ClientBounds kHasty = {.connect = 150ms, .answer = 250ms};

class Proxied : public testing::Test {
 protected:
  Proxied() {
    server_ = *http::Server::bind(0, {}, [this](const http::Request& request) {
      ++served_;
      if (request.path == "/huge") return http::Response{.body = huge()};
      return http::Response{.body = request.path == "/long" ? std::string(4000, 'x') : "hello"};
    });
    EXPECT_TRUE(server_->listen());
    proxies_ = *FaultProxies::start();
    line_ = *proxies_->open(0, server_->port(), 1, "web-0");
    proxies_->set_listening(line_, true);
    proxies_->settle();
  }

  // More than sockets hold, and no two parts of it alike.
  static std::string huge() {
    std::string text;
    for (int i = 0; text.size() < 6'000'000; ++i) text += std::to_string(i) + ' ';
    return text;
  }

  std::uint16_t port() const { return proxies_->port(line_); }
  void set(const LineFaults& faults) {
    proxies_->set_faults(line_, faults);
    proxies_->settle();
  }
  auto get(const http::ClientBounds& bounds = kPatient, const std::string& path = "/") {
    return http::fetch(port(), {.path = path}, bounds);
  }
  http::Failure failure(const http::ClientBounds& bounds = kPatient) {
    const auto answer = get(bounds);
    EXPECT_FALSE(answer);
    return answer ? http::Failure::local : answer.error().failure;
  }

  std::atomic<int> served_ = 0;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<FaultProxies> proxies_;
  std::size_t line_ = 0;
};

TEST_F(Proxied, CarriesOnWhatComes) {
  http::Client client(port());
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.send({.path = i % 2 == 0 ? "/" : "/long"}, kPatient);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->body.size(), i % 2 == 0 ? 5U : 4000U);
  }
  const LineCounts counts = proxies_->counts(line_);
  EXPECT_EQ(counts.connections, 1U);
  EXPECT_EQ(counts.requests, 20U);
  EXPECT_EQ(counts.hit, 0U);
}

TEST_F(Proxied, CarriesOnMoreThanSocketsHold) {
  http::Client client(port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send({.path = "/huge"}, kPatient);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_TRUE(answer->body == huge());
  }
  ASSERT_TRUE(client.send({}, kPatient));
  EXPECT_EQ(proxies_->counts(line_).requests, 4U);
}

TEST_F(Proxied, DoesNotListenWhileItsBackendDoesNot) {
  proxies_->set_listening(line_, false);
  proxies_->settle();
  EXPECT_EQ(failure(), http::Failure::refused);
  proxies_->set_listening(line_, true);
  proxies_->settle();
  EXPECT_TRUE(get());
}

TEST_F(Proxied, KeepsItsPortWhateverHappens) {
  const std::uint16_t before = port();
  for (int i = 0; i < 20; ++i) {
    set({.refuse = i % 2 == 0});
    EXPECT_EQ(get().has_value(), i % 2 != 0);
  }
  EXPECT_EQ(port(), before);
  EXPECT_FALSE(http::bind_loopback(before));
}

TEST_F(Proxied, RefusesAndEndsWhatIsIdle) {
  http::Client client(port());
  ASSERT_TRUE(client.send({}, kPatient));
  set({.refuse = true});
  EXPECT_EQ(client.send({}, kPatient).error().failure, http::Failure::refused);
  EXPECT_EQ(served_.load(), 1);
}

TEST_F(Proxied, LetsNoConnectionComeAboutInABlackHole) {
  http::Client client(port());
  ASSERT_TRUE(client.send({}, kPatient));
  set({.blackhole = true});
  EXPECT_EQ(failure(kHasty), http::Failure::unconnected);
  EXPECT_EQ(client.send({}, kHasty).error().failure, http::Failure::timed_out);
  set({});
  EXPECT_TRUE(get());
  EXPECT_EQ(served_.load(), 2);
}

TEST_F(Proxied, ResetsBeforeAnyWork) {
  set({.reset = 1});
  EXPECT_EQ(failure(), http::Failure::reset);
  EXPECT_EQ(served_.load(), 0);
}

TEST_F(Proxied, TakesInAndSaysNothing) {
  set({.silent = 1});
  EXPECT_EQ(failure(kHasty), http::Failure::timed_out);
  EXPECT_EQ(served_.load(), 0);
}

TEST_F(Proxied, LosesTheAnswerWhenTheWorkIsDone) {
  set({.lost = 1});
  EXPECT_EQ(failure(kHasty), http::Failure::timed_out);
  EXPECT_EQ(served_.load(), 1);
}

TEST_F(Proxied, CutsTheAnswer) {
  set({.cut = 1, .cut_after = 20});
  EXPECT_EQ(failure(), http::Failure::reset);
  set({.truncated = 1, .cut_after = 100});
  EXPECT_EQ(failure(), http::Failure::reset);
  EXPECT_EQ(served_.load(), 2);
}

TEST_F(Proxied, AnswersInsteadOfTheBackend) {
  LineFaults faults;
  faults.replies[0] = {429, 1, 7};
  set(faults);
  const auto answer = get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(*http::find_header(answer->headers, "Retry-After"), "7");
  EXPECT_EQ(served_.load(), 0);
}

TEST_F(Proxied, HitsTheFirstFew) {
  const auto allowances = *Allowances::make(2);
  allowances->grant(1, 3);
  set({.reset = 1, .first = {allowances, 1}});
  int failed = 0;
  for (int i = 0; i < 10; ++i) failed += get() ? 0 : 1;
  EXPECT_EQ(failed, 3);
  EXPECT_EQ(proxies_->counts(line_).hit, 3U);
  EXPECT_EQ(allowances->left(1), 0U);
}

TEST_F(Proxied, HitsTheFirstFewOverAllLines) {
  const auto allowances = *Allowances::make(1);
  allowances->grant(0, 5);
  const LineFaults faults = {.further = {{.reset = 1, .first = {allowances, 0}}}};
  const std::size_t other = *proxies_->open(0, server_->port(), 1, "web-1");
  proxies_->set_listening(other, true);
  proxies_->set_faults(other, faults);
  set(faults);
  int failed = 0;
  for (int i = 0; i < 10; ++i) failed += (get() ? 0 : 1) + (http::fetch(proxies_->port(other), {}, kPatient) ? 0 : 1);
  EXPECT_EQ(failed, 5);
}

TEST_F(Proxied, TakesOfAnAllowanceOnlyWhatItHits) {
  const auto allowances = *Allowances::make(1);
  allowances->grant(0, 4);
  // The delay of the others is drawn for by itself.
  LineFaults faults = {.further = {{.reset = 0.5, .first = {allowances, 0}}}};
  faults.to_client.delay = {1, 0.001, 0};
  set(faults);
  int failed = 0;
  for (int i = 0; i < 60; ++i) failed += get() ? 0 : 1;
  EXPECT_EQ(failed, 4);
  EXPECT_EQ(proxies_->counts(line_).hit, 60U);
}

TEST_F(Proxied, IsNarrowForAShare) {
  LineFaults faults = {.to_client = {.pace = {.bytes_per_second = 40'000}}, .paced = 0.5};
  set(faults);
  int slow = 0;
  for (int i = 0; i < 20; ++i) {
    const double from = stopwatch_seconds();
    ASSERT_TRUE(get(kPatient, "/long"));
    slow += stopwatch_seconds() - from > 0.08 ? 1 : 0;
  }
  EXPECT_GT(slow, 2);
  EXPECT_LT(slow, 18);
}

TEST_F(Proxied, HitsAShareOfRequestsOnOneConnection) {
  LineFaults faults;
  faults.to_client.delay = {0.5, 0.001, 0};
  set(faults);
  http::Client client(port());
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(client.send({}, kPatient));
  const LineCounts counts = proxies_->counts(line_);
  EXPECT_EQ(counts.connections, 1U);
  EXPECT_GT(counts.hit, 60U);
  EXPECT_LT(counts.hit, 140U);
}

TEST_F(Proxied, DecidesOnceForAConnectionWhereThatIsTheUnit) {
  set({.unit = LineFaults::Unit::connection, .connections = 0.5, .reset = 1});
  int whole = 0;
  for (int i = 0; i < 40; ++i) {
    http::Client client(port());
    if (!client.send({}, kPatient)) continue;
    ++whole;
    for (int n = 0; n < 5; ++n) ASSERT_TRUE(client.send({}, kPatient));
  }
  EXPECT_GT(whole, 5);
  EXPECT_LT(whole, 35);
}

TEST_F(Proxied, KeepsWhatItDrewForAConnectionAsTheShareChanges) {
  std::vector<http::Client> clients;
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(clients.emplace_back(port()).send({}, kPatient));
  // Connections that were there before the fault are drawn for like others.
  const auto slow = [&](double share) {
    LineFaults faults = {.unit = LineFaults::Unit::connection, .connections = share, .fault = 3};
    faults.to_client.delay = {1, 0.04, 0};
    set({.further = {faults}});
    std::vector<bool> hit;
    for (http::Client& client : clients) {
      const double from = stopwatch_seconds();
      EXPECT_TRUE(client.send({}, kPatient));
      hit.push_back(stopwatch_seconds() - from > 0.035);
    }
    return hit;
  };
  const std::vector<bool> some = slow(0.3);
  const std::vector<bool> again = slow(0.3);
  const std::vector<bool> more = slow(0.7);
  EXPECT_EQ(some, again);
  EXPECT_LT(std::ranges::count(some, true), std::ranges::count(more, true));
  for (std::size_t i = 0; i < some.size(); ++i) EXPECT_TRUE(!some[i] || more[i]) << i;
  EXPECT_EQ(std::ranges::count(slow(1), true), 40);
  EXPECT_EQ(std::ranges::count(slow(0), true), 0);
}

TEST_F(Proxied, DelaysEachWay) {
  LineFaults faults;
  faults.to_backend.delay = {1, 0.06, 0};
  faults.to_client.delay = {1, 0.08, 0};
  set(faults);
  const double from = stopwatch_seconds();
  ASSERT_TRUE(get());
  EXPECT_GE(stopwatch_seconds() - from, 0.135);
}

TEST_F(Proxied, IsAsNarrowAsItIsTold) {
  set({.to_client = {.pace = {.bytes_per_second = 20'000}}});
  const double from = stopwatch_seconds();
  ASSERT_TRUE(get(kPatient, "/long"));
  const double took = stopwatch_seconds() - from;
  EXPECT_GE(took, 0.15);
  EXPECT_LT(took, 1.5);
}

TEST_F(Proxied, Slices) {
  set({.to_client = {.pace = {.slice = 1000, .slice_pause_s = 0.02}}});
  const double from = stopwatch_seconds();
  const auto answer = get(kPatient, "/long");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 4000U);
  EXPECT_GE(stopwatch_seconds() - from, 0.06);
}

// The answer tells that its connection ends, and comes at once; the end comes later.
TEST_F(Proxied, ClosesSlowlyBehindAnAnswer) {
  set({.slow_close = 1, .slow_close_s = 0.3});
  http::Client client(port());
  const double from = stopwatch_seconds();
  const auto answer = client.send({.headers = {{"Connection", "keep-alive"}}}, kPatient);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_LT(stopwatch_seconds() - from, 0.2);
  ASSERT_NE(http::find_header(answer->headers, "Connection"), nullptr);
  EXPECT_EQ(*http::find_header(answer->headers, "Connection"), "close");
  EXPECT_TRUE(client.is_ending());
  EXPECT_FALSE(client.await_end(100ms));
  EXPECT_TRUE(client.await_end(1000ms));
  EXPECT_GE(stopwatch_seconds() - from, 0.28);
  EXPECT_FALSE(client.is_ending());
  // Who goes on asks over another connection.
  EXPECT_TRUE(client.send({}, kPatient));
  EXPECT_EQ(proxies_->counts(line_).connections, 2U);
  EXPECT_EQ(proxies_->counts(line_).hit, 2U);
}

TEST_F(Proxied, ClosesAShareSlowly) {
  set({.slow_close = 0.5, .slow_close_s = 0.01});
  http::Client client(port());
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(client.send({.path = i % 2 == 0 ? "/" : "/long"}, kPatient));
  const LineCounts counts = proxies_->counts(line_);
  EXPECT_GT(counts.connections, 15U);
  EXPECT_LT(counts.connections, 45U);
  EXPECT_EQ(counts.requests, 60U);
}

TEST_F(Proxied, ClosesAtOnceWhatIsEndingAsItIsTakenBack) {
  set({.slow_close = 1, .slow_close_s = 60});
  http::Client client(port());
  ASSERT_TRUE(client.send({}, kPatient));
  EXPECT_FALSE(client.await_end(50ms));
  set({});
  EXPECT_TRUE(client.await_end(1000ms));
  EXPECT_EQ(proxies_->counts(line_).open, 0U);
}

TEST_F(Proxied, ResetsWhenItsBackendIsGone) {
  server_->stop();
  EXPECT_EQ(failure(), http::Failure::reset);
  EXPECT_EQ(proxies_->counts(line_).unreached, 1U);
}

}  // namespace
}  // namespace firedrill::fake_services
