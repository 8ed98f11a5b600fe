// Servers and clients over real sockets, and what each does with a peer that misbehaves.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/clock.h"
#include "http/client.h"
#include "http/loopback.h"
#include "http/server.h"

namespace firedrill::http {
namespace {

std::unique_ptr<Server> serve(Handler handler, ServerBounds bounds = {}, std::uint16_t port = 0) {
  auto server = Server::bind(port, bounds, std::move(handler));
  EXPECT_TRUE(server) << (server ? "" : server.error());
  EXPECT_TRUE((*server)->listen());
  return std::move(*server);
}

Response echo(const Request& request) {
  return {.body = request.method + " " + request.path + "?" + request.query + " " + request.body};
}

// A connection on which anything can be said.
class Raw {
 public:
  explicit Raw(std::uint16_t port) : socket_(std::move(*connect_loopback(port, 1000ms))) {}
  bool say(std::string_view text) {
    while (!text.empty()) {
      if (wait_writable(socket_.get(), Deadline::after(2000ms)) != Ready::yes) return false;
      const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // All that comes until the peer ends.
  std::string hear(Duration patience = 5000ms) {
    std::string heard;
    const Deadline deadline = Deadline::after(patience);
    while (wait_readable(socket_.get(), deadline) == Ready::yes) {
      char piece[4096];
      const ssize_t got = ::recv(socket_.get(), piece, sizeof piece, 0);
      if (got <= 0) break;
      heard.append(piece, static_cast<std::size_t>(got));
    }
    return heard;
  }
  void end() { socket_ = Descriptor(); }

 private:
  Descriptor socket_;
};

// A server that is none: says a fixed text to each that connects, piece by piece, and may reset the connection.
class Liar {
 public:
  using Behaviour = std::function<void(int socket)>;
  explicit Liar(Behaviour behaviour) : listener_(std::move(*bind_loopback(0))) {
    ::listen(listener_.get(), 8);
    thread_ = std::thread([this, behaviour = std::move(behaviour)] {
      while (true) {
        const Descriptor socket(::accept(listener_.get(), nullptr, nullptr));
        if (!socket || over_) return;
        behaviour(socket.get());
      }
    });
  }
  ~Liar() {
    over_ = true;
    (void)connect_loopback(port(), 1000ms);
    thread_.join();
  }
  std::uint16_t port() const { return port_of(listener_.get()); }

 private:
  Descriptor listener_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

void say(int socket, std::string_view text) {
  (void)!::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

void hear_request(int socket) {
  char scrap[4096];
  (void)!::recv(socket, scrap, sizeof scrap, 0);
}

TEST(Server, AnswersAndKeepsTheConnection) {
  const auto server = serve(echo);
  Client client(server->port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send({.method = "POST", .path = "/a%20b", .query = "x=1", .body = "text"}, {});
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "POST /a b?x=1 text");
  }
}

TEST(Server, HearsHeadersAndSendsThem) {
  const auto server = serve([](const Request& request) -> Response {
    const std::string* said = find_header(request.headers, "x-said");
    return {.status = 418,
            .content_type = "application/json",
            .body = "{}",
            .headers = {{"Retry-After", said ? *said : "?"}}};
  });
  const auto answer = fetch(server->port(), {.headers = {{"X-Said", "7"}}}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(*find_header(answer->headers, "retry-after"), "7");
  EXPECT_EQ(*find_header(answer->headers, "Content-Type"), "application/json");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  const auto server = serve(echo);
  Raw raw(server->port());
  raw.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string heard = raw.hear();
  EXPECT_LT(heard.find("GET /1?"), heard.find("GET /2?"));
  EXPECT_NE(heard.find("GET /2?"), std::string::npos);
}

TEST(Server, IsTakenOnce) {
  const auto server = serve(echo);
  const auto second = Server::bind(server->port(), {}, echo);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("is taken by another program"), std::string::npos);
}

TEST(Server, RefusesBeforeItListens) {
  auto server = Server::bind(0, {}, echo);
  ASSERT_TRUE(server);
  EXPECT_EQ(fetch((*server)->port(), {}, {}).error().failure, Failure::refused);
  ASSERT_TRUE((*server)->listen());
  EXPECT_TRUE(fetch((*server)->port(), {}, {}));
}

// The reservation of a port for a process that is not there yet.
TEST(Server, TakesAPortThatIsBoundAndNotListenedOn) {
  const auto reserved = bind_loopback(0);
  ASSERT_TRUE(reserved);
  const auto server = serve(echo, {}, port_of(reserved->get()));
  EXPECT_TRUE(fetch(server->port(), {}, {}));
}

TEST(Server, BoundsHeaders) {
  const auto server = serve(echo, {.head = 2000, .headers = 10});
  Raw endless(server->port());
  endless.say("GET / HTTP/1.1\r\nX: ");
  for (int i = 0; i < 100 && endless.say(std::string(1000, 'x')); ++i) {
  }
  EXPECT_TRUE(endless.hear().starts_with("HTTP/1.1 431 "));
  Raw many(server->port());
  std::string text = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 11; ++i) text += "X: y\r\n";
  many.say(text + "\r\n");
  EXPECT_TRUE(many.hear().starts_with("HTTP/1.1 431 "));
}

TEST(Server, BoundsTheBody) {
  const auto server = serve(echo, {.body = 1000});
  Raw raw(server->port());
  raw.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_TRUE(raw.hear().starts_with("HTTP/1.1 413 "));
  Raw chunked(server->port());
  chunked.say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 300 && chunked.say("3e8\r\n" + std::string(1000, 'x') + "\r\n"); ++i) {
  }
  EXPECT_EQ(chunked.hear().find("200 OK"), std::string::npos);
  EXPECT_TRUE(fetch(server->port(), {.method = "POST", .body = std::string(1000, 'x')}, {}));
}

TEST(Server, RefusesWhatTheLibraryWouldNotBound) {
  const auto server = serve(echo);
  Raw packed(server->port());
  packed.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(packed.hear().starts_with("HTTP/1.1 415 "));
  Raw long_path(server->port());
  long_path.say("GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(long_path.hear().starts_with("HTTP/1.1 414 "));
  Raw parts(server->port());
  parts.say("GET /abc HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nConnection: close\r\n\r\n");
  const std::string heard = parts.hear();
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 200 ")) << heard;
  EXPECT_TRUE(heard.ends_with("GET /abc? ")) << heard;
}

TEST(Server, DoesNotWaitForSlowBodies) {
  const auto server = serve(echo, {.read = 300ms});
  Raw raw(server->port());
  raw.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab");
  const double from = stopwatch_seconds();
  const std::string heard = raw.hear();
  EXPECT_LT(stopwatch_seconds() - from, 3);
  EXPECT_EQ(heard.find("200 OK"), std::string::npos);
  Raw slow_head(server->port());
  slow_head.say("GET / HT");
  EXPECT_TRUE(slow_head.hear().starts_with("HTTP/1.1 408 "));
}

// Its bytes would otherwise be read as another request.
TEST(Server, ClosesAfterABodyThatNobodyReads) {
  const auto server = serve(echo);
  Raw raw(server->port());
  raw.say("GET /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n..");
  const std::string heard = raw.hear();
  EXPECT_NE(heard.find("GET /1?"), std::string::npos);
  EXPECT_EQ(heard.find("GET /2?"), std::string::npos);
}

TEST(Server, AnswersAPostWithoutLength) {
  const auto server = serve(echo);
  Raw raw(server->port());
  raw.say("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const double from = stopwatch_seconds();
  EXPECT_NE(raw.hear().find("POST /?"), std::string::npos);
  EXPECT_LT(stopwatch_seconds() - from, 3);
}

TEST(Server, BoundsConnectionsAndThreads) {
  std::atomic<int> at_work = 0;
  std::atomic<int> most = 0;
  const auto server = serve(
      [&](const Request&) -> Response {
        const int now = ++at_work;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        sleep_seconds(0.1);
        --at_work;
        return {};
      },
      {.connections = 6, .threads = 3});
  std::vector<std::future<std::expected<Answer, ClientError>>> asked;
  for (int i = 0; i < 6; ++i) {
    asked.push_back(std::async(std::launch::async, [&] { return fetch(server->port(), {}, {}); }));
  }
  sleep_seconds(0.05);
  const auto turned_away = fetch(server->port(), {}, {});
  for (auto& each : asked) EXPECT_TRUE(each.get());
  EXPECT_EQ(most, 3);
  ASSERT_TRUE(turned_away);
  EXPECT_EQ(turned_away->status, 503);
}

TEST(Server, ClosesIdleConnections) {
  const auto server = serve(echo, {.idle = 200ms});
  Raw raw(server->port());
  raw.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const double from = stopwatch_seconds();
  EXPECT_NE(raw.hear().find("200 OK"), std::string::npos);
  EXPECT_LT(stopwatch_seconds() - from, 3);
}

TEST(Server, StopsPromptly) {
  auto server = serve(echo);
  Raw idle(server->port());
  Raw half(server->port());
  half.say("GET / HT");
  sleep_seconds(0.05);
  const double from = stopwatch_seconds();
  const std::uint16_t port = server->port();
  server->stop();
  EXPECT_LT(stopwatch_seconds() - from, 1);
  EXPECT_EQ(fetch(port, {}, {}).error().failure, Failure::refused);
}

TEST(Server, ListensOnLoopbackAlone) {
  const auto server = serve(echo);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server->port());
  address.sin_addr.s_addr = htonl(0x7f000002);  // 127.0.0.2
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_NE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

TEST(Server, SurvivesAHandlerThatThrows) {
  const auto server = serve([](const Request&) -> Response { throw std::runtime_error("no"); });
  const auto answer = fetch(server->port(), {}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
}

TEST(Server, ManyAtOnce) {
  const auto server = serve(echo, {.threads = 8});
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      Client client(server->port());
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto answer = client.send({.path = path}, {});
        if (answer && answer->body == "GET " + path + "? ") ++right;
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(right, 1600);
}

TEST(Client, IsRefused) {
  const auto bound = bind_loopback(0);
  const auto answer = fetch(port_of(bound->get()), {}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::refused);
}

TEST(Client, GivesUp) {
  const Liar silent([](int) { sleep_seconds(0.6); });
  const double from = stopwatch_seconds();
  const auto answer = fetch(silent.port(), {}, {.answer = 200ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::timed_out);
  EXPECT_LT(stopwatch_seconds() - from, 0.55);
}

// Time-outs of single reads would never end it.
TEST(Client, GivesUpOnAnAnswerThatTrickles) {
  const Liar slow([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
      sleep_seconds(0.05);
      say(socket, "x");
    }
  });
  const auto answer = fetch(slow.port(), {}, {.answer = 250ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::timed_out);
}

TEST(Client, IsResetAndCutOff) {
  const Liar gone([](int socket) { hear_request(socket); });
  EXPECT_EQ(fetch(gone.port(), {}, {}).error().failure, Failure::reset);
  const Liar reset([](int socket) {
    hear_request(socket);
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  EXPECT_EQ(fetch(reset.port(), {}, {}).error().failure, Failure::reset);
  const Liar cut([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
  });
  const auto answer = fetch(cut.port(), {}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::reset);
  EXPECT_EQ(answer.error().status, 200);
}

TEST(Client, BoundsTheAnswer) {
  const Liar huge([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nabc");
  });
  EXPECT_EQ(fetch(huge.port(), {}, {.body = 1000}).error().failure, Failure::too_large);
  const Liar endless([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 100; ++i) say(socket, std::string(1000, 'x'));
  });
  EXPECT_EQ(fetch(endless.port(), {}, {.body = 1000}).error().failure, Failure::too_large);
  const Liar header([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\nX: ");
    for (int i = 0; i < 100; ++i) say(socket, std::string(1000, 'x'));
  });
  EXPECT_EQ(fetch(header.port(), {}, {.head = 4000}).error().failure, Failure::too_large);
  const Liar headers([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 20; ++i) say(socket, "X: y\r\n");
    say(socket, "\r\n");
  });
  EXPECT_EQ(fetch(headers.port(), {}, {.headers = 10}).error().failure, Failure::too_large);
}

TEST(Client, KnowsWhatIsNoHttp) {
  const Liar ssh([](int socket) {
    hear_request(socket);
    say(socket, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
  });
  EXPECT_EQ(fetch(ssh.port(), {}, {}).error().failure, Failure::not_http);
  const Liar garbage([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 abc\r\n\r\n");
  });
  EXPECT_EQ(fetch(garbage.port(), {}, {}).error().failure, Failure::not_http);
}

TEST(Client, FollowsNoRedirect) {
  const auto server = serve(
      [](const Request&) -> Response { return {.status = 302, .headers = {{"Location", "http://127.0.0.1:1/"}}}; });
  const auto answer = fetch(server->port(), {}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
}

TEST(Client, UnpacksWhatItAskedFor) {
  const auto server = serve([](const Request& request) -> Response {
    const std::string* said = find_header(request.headers, "Accept-Encoding");
    return {.body = std::string(200000, 'x'), .headers = {{"X-Asked", said == nullptr ? "" : *said}}};
  });
  const auto packed = fetch(server->port(), {}, {.gzip = true});
  ASSERT_TRUE(packed) << packed.error().detail;
  EXPECT_EQ(packed->body.size(), 200000U);
  EXPECT_EQ(*find_header(packed->headers, "X-Asked"), "gzip");
  EXPECT_EQ(*find_header(packed->headers, "Content-Encoding"), "gzip");
  const auto plain = fetch(server->port(), {}, {});
  ASSERT_TRUE(plain);
  EXPECT_EQ(find_header(plain->headers, "Content-Encoding"), nullptr);
  // A small answer that unpacks to a large one.
  EXPECT_EQ(fetch(server->port(), {}, {.body = 100000, .gzip = true}).error().failure, Failure::too_large);
}

TEST(Client, ConnectsAnewWhereTheServerWent) {
  auto first = serve(echo);
  const std::uint16_t port = first->port();
  Client client(port);
  ASSERT_TRUE(client.send({}, {}));
  first.reset();
  const auto second = serve(echo, {}, port);
  EXPECT_TRUE(client.send({}, {}));
}

}  // namespace
}  // namespace firedrill::http
