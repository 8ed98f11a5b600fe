// Servers and clients over real sockets, and what each does with a peer that misbehaves.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
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

// As a stream of events is: a piece now, another later, until it is over.
TEST(Server, SendsABodyInPieces) {
  const auto server = serve([](const Request&) -> Response {
    auto sent = std::make_shared<int>(0);
    return {.content_type = "text/event-stream", .pieces = [sent]() -> std::optional<std::string> {
              if (*sent == 3) return std::nullopt;
              return "piece " + std::to_string(++*sent) + "\n";
            }};
  });
  const auto answer = fetch(server->port(), {}, {});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "piece 1\npiece 2\npiece 3\n");
  EXPECT_EQ(*find_header(answer->headers, "Transfer-Encoding"), "chunked");
  EXPECT_EQ(*find_header(answer->headers, "Content-Type"), "text/event-stream");
}

// Whoever gives pieces without an end is left at the next one, when the server stops or the client has gone.
TEST(Server, StopsBesidePiecesWithoutEnd) {
  std::atomic<int> sent = 0;
  auto server = serve([&sent](const Request&) -> Response {
    return {.pieces = [&sent]() -> std::optional<std::string> {
      ++sent;
      std::this_thread::sleep_for(5ms);
      return "more\n";
    }};
  });
  EXPECT_FALSE(fetch(server->port(), {}, {.answer = 200ms}));  // the client goes
  while (server->at_work() > 0) std::this_thread::sleep_for(5ms);
  std::thread asking([port = server->port()] { (void)fetch(port, {}, {.answer = 20s}); });
  const int before = sent;
  while (sent < before + 3) std::this_thread::sleep_for(5ms);
  server->stop();
  asking.join();
  EXPECT_EQ(server->at_work(), 0U);
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
  const std::string refused = raw.hear();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(refused.contains("the body is too large")) << refused;
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

// Where a request ends must not be a matter of opinion: what one takes for a body would be a request to another.
TEST(Server, RefusesWhatTwoWouldReadDifferently) {
  struct Case {
    const char* what;
    std::string text;
    const char* status;
  };
  const Case cases[] = {
      {"a length beside chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "400"},
      {"two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n", "400"},
      {"a list of lengths", "Content-Length: 4, 5\r\n", "400"},
      {"a signed length", "Content-Length: +4\r\n", "400"},
      {"no number", "Content-Length: four\r\n", "400"},
      {"chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "400"},
      {"an unknown coding", "Transfer-Encoding: gzip, chunked\r\n", "501"},
      {"a NUL", std::string("X-Text: a") + '\0' + "b\r\n", "400"},
      {"a folded line", "X-Text: a\r\n b\r\n", "400"},
      {"a blank before the colon", "Content-Length : 4\r\n", "400"},
      {"no header", "Content-Length\r\n", "400"},
      {"a line that ends otherwise", "X-Text: a\nContent-Length: 4\r\n", "400"},
  };
  const auto server = serve(echo);
  for (const Case& each : cases) {
    Raw raw(server->port());
    raw.say("POST /1 HTTP/1.1\r\nHost: a\r\n" + each.text + "\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string heard = raw.hear();
    EXPECT_EQ(heard.substr(9, 3), each.status) << each.what;
    EXPECT_EQ(heard.find("GET /2"), std::string::npos) << each.what;
    EXPECT_NE(heard.find("Connection: close"), std::string::npos) << each.what;
  }
  for (const auto& [line, status] : {std::pair{"BREW / HTTP/1.1", "501"},
                                     {"TRACE / HTTP/1.1", "501"},
                                     {"CONNECT a:1 HTTP/1.1", "501"},
                                     {"get / HTTP/1.1", "501"},
                                     {"GET / HTTP/2", "400"},
                                     {"GET  / HTTP/1.1", "400"},
                                     {"GET /\x01 HTTP/1.1", "400"}}) {
    Raw raw(server->port());
    raw.say(std::string(line) + "\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string heard = raw.hear();
    EXPECT_EQ(heard.substr(9, 3), status) << line;
    EXPECT_EQ(heard.find("GET /2"), std::string::npos) << line;
  }
}

TEST(Server, RefusesChunksThatAreNone) {
  const auto server = serve(echo);
  for (const char* chunks : {"0x4\r\nabcd\r\n0\r\n\r\n", "+4\r\nabcd\r\n0\r\n\r\n", "4\r\nabcdef\r\n0\r\n\r\n",
                             "4\nabcd\r\n0\r\n\r\n", "\r\nabcd\r\n0\r\n\r\n"}) {
    Raw raw(server->port());
    raw.say(std::string("POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n") + chunks +
            "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string heard = raw.hear();
    EXPECT_EQ(heard.find("200 OK"), std::string::npos) << chunks;
  }
  Raw raw(server->port());
  raw.say(
      "POST /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;x=y\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n");
  EXPECT_TRUE(raw.hear().ends_with("POST /1? abcdef"));
}

// Forms stay as they came, however long they are.
TEST(Server, HandsOnFormsAsTheyCame) {
  const auto server = serve([](const Request& request) -> Response {
    const std::string* type = find_header(request.headers, "Content-Type");
    return {.body = (type == nullptr ? "none" : *type) + " " + std::to_string(request.body.size()) + " " +
                    request.body.substr(0, 3)};
  });
  for (const std::string type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                 "multipart/form-data", "application/json"}) {
    const auto answer =
        fetch(server->port(),
              {.method = "POST", .headers = {{"Content-Type", type}}, .body = "a=b" + std::string(100'000, 'c')}, {});
    ASSERT_TRUE(answer) << type;
    EXPECT_EQ(answer->body, type + " 100003 a=b");
  }
  Raw raw(server->port());
  raw.say(
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Firedrill-Body: text/html\r\nContent-Length: 3\r\n\r\na=b");
  EXPECT_TRUE(raw.hear().ends_with("none 3 a=b")) << "nobody says by another name what a body is";
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

// As a kubelet does: of a long body it reads the beginning.
TEST(Client, TakesTheBeginningOfALongBody) {
  constexpr std::size_t kWanted = 1000;
  const std::string large(100'000, 'x');
  const std::vector<std::string> answers = {
      "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + large,
      "HTTP/1.1 200 OK\r\n\r\n" + large,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + large + "\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxxx",
  };
  for (const std::string& text : answers) {
    const Liar long_winded([&](int socket) {
      hear_request(socket);
      say(socket, text);
    });
    const auto answer = fetch(long_winded.port(), {}, {.body = kWanted, .cut = true});
    ASSERT_TRUE(answer) << text.substr(0, 60) << ": " << answer.error().detail;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body.size(), text.ends_with("xxx") && text.size() < 100 ? 3U : kWanted);
  }
  // What does not come is no beginning.
  const Liar silent([](int socket) {
    hear_request(socket);
    say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc");
    sleep_seconds(0.6);
  });
  const auto answer = fetch(silent.port(), {}, {.answer = 200ms, .body = kWanted, .cut = true});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::timed_out);
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
