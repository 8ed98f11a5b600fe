// Entrances over real sockets, before real servers: where connections go, and what is counted of them.
#include "fake_services/proxy/entrance.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "base/clock.h"
#include "http/client.h"
#include "http/loopback.h"
#include "http/server.h"

namespace firedrill::fake_services {
namespace {

const http::ClientBounds kLong = {.connect = 2000ms, .answer = 2000ms};
const http::ClientBounds kShort = {.connect = 200ms, .answer = 200ms};

// Waits until it holds; what is counted is told by another thread.
bool comes_true(const std::function<bool()>& holds) {
  for (int i = 0; i < 400 && !holds(); ++i) sleep_seconds(0.005);
  return holds();
}

class Entered : public testing::Test {
 protected:
  Entered() {
    for (std::size_t i = 0; i < 2; ++i) {
      servers_.push_back(*http::Server::bind(0, {}, [this, i](const http::Request& request) {
        ++served_[i];
        if (request.path == "/slow") sleep_seconds(0.6);
        return http::Response{.status = request.path == "/bad" ? 503 : 200,
                              .body = request.path == "/long" ? std::string(100000, 'x') : "hello"};
      }));
      EXPECT_TRUE(servers_.back()->listen());
    }
    entrances_ = *Entrances::start();
    entrance_ = *entrances_->open(LoadBalancing::round_robin, 1, "web/api");
    lead_to({servers_[0]->port(), servers_[1]->port()});
  }

  void lead_to(std::vector<std::uint16_t> ports) { entrances_->set_ready(entrance_, std::move(ports)); }
  auto get(const std::string& path = "/", const http::ClientBounds& bounds = kLong) {
    return http::fetch(entrances_->port(entrance_), {.path = path}, bounds);
  }
  Observation seen() const { return entrances_->seen(entrance_); }

  std::array<std::atomic<int>, 2> served_{};
  std::vector<std::unique_ptr<http::Server>> servers_;
  std::unique_ptr<Entrances> entrances_;
  std::size_t entrance_ = 0;
};

TEST_F(Entered, SendsEachConnectionToAReplica) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(get());
  EXPECT_EQ(served_[0], 5);
  EXPECT_EQ(served_[1], 5);
  EXPECT_TRUE(comes_true([&] { return seen().by_code[200] == 10; }));
  EXPECT_EQ(seen().attempts, 10);
  EXPECT_EQ(seen().replies, 10);
}

TEST_F(Entered, KeepsAConnectionWhereItIs) {
  http::Client client(entrances_->port(entrance_));
  for (int i = 0; i < 6; ++i) {
    const auto answer = client.send({.path = i % 2 == 0 ? "/long" : "/"}, kLong);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->body.size(), i % 2 == 0 ? 100000U : 5U);
  }
  EXPECT_EQ(served_[0] + served_[1], 6);
  EXPECT_TRUE(served_[0] == 0 || served_[1] == 0);
  EXPECT_TRUE(comes_true([&] { return seen().by_code[200] == 6; }));
}

TEST_F(Entered, CountsWhatCallersMet) {
  ASSERT_TRUE(get("/bad"));
  EXPECT_TRUE(comes_true([&] { return seen().by_code[503] == 1; }));
  EXPECT_EQ(get("/slow", kShort).error().failure, http::Failure::timed_out);
  EXPECT_TRUE(comes_true([&] { return seen().timed_out == 1; }));
  const std::uint16_t gone = http::port_of(http::bind_loopback(0)->get());
  lead_to({gone});
  EXPECT_EQ(get().error().failure, http::Failure::reset);
  EXPECT_TRUE(comes_true([&] { return seen().refused == 1; }));
  lead_to({});
  EXPECT_EQ(get().error().failure, http::Failure::reset);
  EXPECT_TRUE(comes_true([&] { return seen().refused == 2; }));
  EXPECT_EQ(seen().attempts, 4);
  EXPECT_EQ(seen().replies, 1);
}

TEST_F(Entered, CountsAnAnswerThatBreaksOff) {
  auto bound = *http::bind_loopback(0);
  ASSERT_EQ(::listen(bound.get(), 4), 0);
  lead_to({http::port_of(bound.get())});
  std::thread server([&] {
    const Descriptor accepted(::accept(bound.get(), nullptr, nullptr));
    char scrap[4096];
    (void)!::read(accepted.get(), scrap, sizeof scrap);
    constexpr std::string_view kHalf = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal";
    (void)!::write(accepted.get(), kHalf.data(), kHalf.size());
  });
  EXPECT_FALSE(get());
  server.join();
  EXPECT_TRUE(comes_true([&] { return seen().reset == 1; }));
  EXPECT_EQ(seen().replies, 0);
}

}  // namespace
}  // namespace firedrill::fake_services
