#include "http/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/text/format.h"
#include "http/framing.h"
#include "http/loopback.h"
#include "http/stream.h"

namespace firedrill::http {
namespace {

constexpr int kBacklog = 1024;
constexpr int kLookMs = 500;                      // how often idle connections are looked at
constexpr Duration kFarewell = 100ms;             // in which an error has to be taken
constexpr std::size_t kMostRequests = 1'000'000;  // over one connection, as clients are told
constexpr std::size_t kLongestLine = 4096;        // the request's first one: the library matches it by recursion
constexpr std::size_t kMostRefusing = 65536;  // bytes of a refused request that are read, so that its answer arrives

// Bodies stay as they came: of forms the library would read some itself, and refuse those of more than 8 KiB. So it
// does not see what they are.
constexpr std::string_view kContentType = "content-type";
constexpr std::string_view kHiddenType = "x-firedrill-body";

Headers headers_of(const httplib::Headers& from) {
  Headers headers;
  for (const auto& [name, value] : from) {
    // Made by the library itself, of the connection.
    if (name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" || name == "LOCAL_PORT") continue;
    headers.push_back({name == kHiddenType ? "Content-Type" : name, value});
  }
  return headers;
}

Request request_of(const httplib::Request& from) {
  Request request;
  request.method = from.method;
  request.path = from.path;
  const auto mark = from.target.find('?');
  if (mark != std::string::npos) request.query = from.target.substr(mark + 1);
  request.headers = headers_of(from.headers);
  request.body = from.body;
  return request;
}

void put(const Response& from, httplib::Response& to) {
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  if (!from.pieces) return to.set_content(from.body, from.content_type);
  to.set_chunked_content_provider(from.content_type, [next = from.pieces](std::size_t, httplib::DataSink& sink) {
    const std::optional<std::string> piece = next();
    if (piece) return sink.write(piece->data(), piece->size());
    sink.done();
    return true;
  });
}

// The library's parser and writer, without its sockets and threads.
class Protocol final : public httplib::Server {
 public:
  Protocol(const http::Handler& handler, std::size_t body, Duration idle) {
    const auto answer = [&handler, body](const httplib::Request& request, httplib::Response& response) {
      // Of a body in pieces the size is known at its end.
      put(request.body.size() > body ? Response{.status = 413} : handler(request_of(request)), response);
    };
    const std::string any = ".*";
    Get(any, answer);
    Post(any, answer);
    Put(any, answer);
    Patch(any, answer);
    Delete(any, answer);
    Options(any, answer);
    set_exception_handler([](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
      response.status = 500;
      response.set_content("internal error\n", "text/plain; charset=utf-8");
    });
    set_payload_max_length(body);
    // Told to clients; kept by the reception, not by the library.
    set_keep_alive_timeout(static_cast<time_t>(to_seconds(idle)));
    set_keep_alive_max_count(kMostRequests);
    // Where it has none the library takes itself for shutting down, and asks for no pieces. It only compares it.
    svr_sock_ = 0;
  }

  // False: the connection is of no more use.
  template <typename AnyStream>
  bool answer(AnyStream& stream, bool last) {
    bool closed = false;
    bool answered = false;
    if constexpr (requires { this->process_request(stream, last, closed, nullptr); }) {
      answered = this->process_request(stream, last, closed, nullptr);
    } else {  // of the library's later versions
      answered =
          this->process_request(stream, std::string(kLoopback), 0, std::string(kLoopback), 0, last, closed, nullptr);
    }
    return answered && !closed;
  }
};

struct Connection {
  Descriptor socket;
  std::string buffer;
  double since_s = 0;  // idle
};
using ConnectionPtr = std::unique_ptr<Connection>;

std::string_view refusal(StreamFault fault) {
  switch (fault) {
    case StreamFault::head_too_large:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Type: application/json\r\n"
             "Content-Length: 114\r\n\r\n"
             "{\"ok\":false,\"error\":\"the address and the headers are too long\",\"text\":\"the address and the "
             "headers are too long\"}\n";
    case StreamFault::body_too_large:
      return "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Type: application/json\r\n"
             "Content-Length: 76\r\n\r\n"
             "{\"ok\":false,\"error\":\"the body is too large\",\"text\":\"the body is too large\"}\n";
    case StreamFault::timed_out:
      return "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    case StreamFault::none:
    case StreamFault::closed:
    case StreamFault::reset:
    case StreamFault::malformed:
      return "";
  }
  return "";
}

constexpr std::string_view kTooLong =
    "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: application/json\r\n"
    "Content-Length: 80\r\n\r\n"
    "{\"ok\":false,\"error\":\"the address is too long\",\"text\":\"the address is too long\"}\n";
constexpr std::string_view kPacked =
    "HTTP/1.1 415 Unsupported Media Type\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kMalformed = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kNotDone = "HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

// The methods that a handler may get to see (RFC 9110, section 9); others are answered 501.
constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

// What is answered before the library sees the request; empty: nothing. Where it ends two readers must not take
// differently, or what one takes for a body is a request to the other (RFC 9112, sections 6.1, 6.3 and 11.2).
std::string_view unfit(std::string_view head, const BodyShape& body, const ServerBounds& bounds) {
  if (head.find('\n') > kLongestLine) return kTooLong;
  const auto read = read_request_head(head, {.bytes = bounds.head, .lines = bounds.headers + 1});
  // Of an unknown coding nobody knows where it ends.
  if (!read) return body.coded && !body.sized ? kNotDone : kMalformed;
  if (std::ranges::find(kMethods, read->method) == kMethods.end()) return kNotDone;
  if (body.sized && body.size > bounds.body) return refusal(StreamFault::body_too_large);
  return body.encoded ? kPacked : "";
}

// What is still on its way would make the system answer the close with a reset, and the answer would be lost.
void refuse(int socket, std::string_view answer) {
  if (answer.empty()) return;
  (void)::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_WR);
  const Deadline deadline = Deadline::after(kFarewell);
  char scrap[4096];
  for (std::size_t read = 0; read < kMostRefusing;) {
    if (wait_readable(socket, deadline) != Ready::yes) return;
    const ssize_t got = ::recv(socket, scrap, sizeof scrap, MSG_DONTWAIT);
    if (got <= 0) return;
    read += static_cast<std::size_t>(got);
  }
}

}  // namespace

struct Server::State {
  State(Descriptor bound, ServerBounds given, Handler answers)
      : listener(std::move(bound)),
        port(port_of(listener.get())),
        bounds(given),
        handler(std::move(answers)),
        protocol(handler, given.body, given.idle) {}

  std::expected<void, std::string> open_pipe();
  void wake() const;
  void receive();
  void drain_pipe() const;
  void accept_all(std::list<ConnectionPtr>& idle);
  void hand_over(ConnectionPtr connection);
  void work();
  bool serve(Connection& connection);

  Descriptor listener;
  std::uint16_t port;
  ServerBounds bounds;
  Handler handler;
  Protocol protocol;
  Descriptor woken;  // the ends of a pipe, by which workers wake the reception
  Descriptor waker;
  std::thread reception;
  std::atomic<bool> closing = false;  // connections, after the next response

  std::mutex mutex;
  std::condition_variable wanted;
  bool stopping = false;
  std::size_t open = 0;                 // connections
  std::deque<ConnectionPtr> due;        // with something to be read
  std::vector<ConnectionPtr> returned;  // answered, and kept
  std::vector<Connection*> worked_on;
  std::vector<std::thread> workers;
  std::size_t free_workers = 0;
};

std::expected<void, std::string> Server::State::open_pipe() {
  int ends[2];
  if (::pipe(ends) != 0) return std::unexpected(format("no pipe: {}", std::generic_category().message(errno)));
  woken = Descriptor(ends[0]);
  waker = Descriptor(ends[1]);
  for (const int end : ends) {
    set_nonblocking(end);
    set_close_on_exec(end);
  }
  return {};
}

void Server::State::wake() const {
  // A full pipe wakes as well.
  (void)!::write(waker.get(), "", 1);
}

void Server::State::drain_pipe() const {
  char scrap[256];
  while (::read(woken.get(), scrap, sizeof scrap) > 0) {
  }
}

void Server::State::accept_all(std::list<ConnectionPtr>& idle) {
  while (true) {
    Descriptor socket(::accept(listener.get(), nullptr, nullptr));
    if (!socket) {
      // Whoever waits goes on waiting while the system has no file for it.
      if (errno != EAGAIN && errno != EWOULDBLOCK) sleep_seconds(0.01);
      return;
    }
    set_close_on_exec(socket.get());
    set_nonblocking(socket.get());
    const int yes = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    {
      const std::scoped_lock lock(mutex);
      if (open < bounds.connections) {
        ++open;
        idle.push_back(std::make_unique<Connection>(std::move(socket), std::string(), stopwatch_seconds()));
        continue;
      }
    }
    (void)::send(socket.get(), kTooMany.data(), kTooMany.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
}

// Accepts, and watches over connections that wait for a request.
void Server::State::receive() {
  std::list<ConnectionPtr> idle;
  std::vector<pollfd> polled;
  while (true) {
    {
      const std::scoped_lock lock(mutex);
      if (stopping) return;
      for (ConnectionPtr& each : returned) idle.push_back(std::move(each));
      returned.clear();
    }
    polled.clear();
    polled.push_back({.fd = woken.get(), .events = POLLIN, .revents = 0});
    polled.push_back({.fd = listener.get(), .events = POLLIN, .revents = 0});
    for (const ConnectionPtr& each : idle) polled.push_back({.fd = each->socket.get(), .events = POLLIN, .revents = 0});
    ::poll(polled.data(), static_cast<nfds_t>(polled.size()), kLookMs);
    if (polled[0].revents != 0) drain_pipe();
    const double too_old = stopwatch_seconds() - to_seconds(bounds.idle);
    std::size_t at = 2;
    for (auto it = idle.begin(); it != idle.end(); ++at) {
      if (polled[at].revents != 0) {
        hand_over(std::move(*it));
        it = idle.erase(it);
      } else if ((*it)->since_s < too_old) {
        it = idle.erase(it);
        const std::scoped_lock lock(mutex);
        --open;
      } else {
        ++it;
      }
    }
    if (polled[1].revents != 0) accept_all(idle);
  }
}

void Server::State::hand_over(ConnectionPtr connection) {
  const std::scoped_lock lock(mutex);
  due.push_back(std::move(connection));
  if (free_workers < due.size() && workers.size() < bounds.threads) {
    try {
      workers.emplace_back([this] { work(); });
      ++free_workers;
    } catch (const std::system_error&) {
      // No thread left: those that there are come to it.
    }
  }
  wanted.notify_one();
}

void Server::State::work() {
  std::unique_lock lock(mutex);
  while (true) {
    wanted.wait(lock, [this] { return stopping || !due.empty(); });
    if (stopping) return;
    ConnectionPtr connection = std::move(due.front());
    due.pop_front();
    --free_workers;
    worked_on.push_back(connection.get());
    lock.unlock();
    bool kept = serve(*connection);
    while (kept && !connection->buffer.empty()) kept = serve(*connection);
    lock.lock();
    std::erase(worked_on, connection.get());
    ++free_workers;
    if (kept && !stopping) {
      connection->since_s = stopwatch_seconds();
      returned.push_back(std::move(connection));
      wake();
    } else {
      --open;
      lock.unlock();
      connection.reset();
      lock.lock();
    }
  }
}

// One request. False: the connection is to be closed.
bool Server::State::serve(Connection& connection) {
  const int socket = connection.socket.get();
  BoundedStream stream(socket, connection.buffer,
                       {.head = bounds.head, .headers = bounds.headers, .body = bounds.body});
  const Deadline read_by = Deadline::after(bounds.read);
  stream.expect(read_by);
  if (!stream.read_head()) {
    // Who has said nothing yet is told nothing.
    if (stream.fault() != StreamFault::timed_out || stream.received() > 0) refuse(socket, refusal(stream.fault()));
    return false;
  }
  const BodyShape body = stream.shape();
  if (const std::string_view no = unfit(stream.head(), body, bounds); !no.empty()) {
    refuse(socket, no);
    return false;
  }
  // Answers are made for their request; parts of them are nobody's business, and the library reads the header by
  // recursion, too.
  stream.drop("range");
  stream.drop(kHiddenType);
  stream.rename(kContentType, kHiddenType);
  stream.end_body_with_head();
  // A body where the library expects none would be read as the next request.
  const std::string_view head = stream.head();
  const bool odd = (body.chunked || body.size > 0) &&
                   (head.starts_with("GET ") || head.starts_with("HEAD ") || head.starts_with("OPTIONS "));
  stream.write_within(bounds.write);
  const bool kept = protocol.answer(stream, odd || closing.load());
  if (stream.fault() == StreamFault::timed_out && !kept) return false;
  stream.keep_rest();
  return kept && stream.fault() == StreamFault::none && !stream.ended() && !odd;
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
  stop();
}

std::expected<std::unique_ptr<Server>, std::string> Server::bind(std::uint16_t port, ServerBounds bounds,
                                                                 Handler handler) {
  auto bound = bind_loopback(port);
  if (!bound) return std::unexpected(bound.error());
  auto state = std::make_unique<State>(std::move(*bound), bounds, std::move(handler));
  if (auto piped = state->open_pipe(); !piped) return std::unexpected(piped.error());
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const {
  return state_->port;
}

std::expected<void, std::string> Server::listen() {
  if (::listen(state_->listener.get(), kBacklog) != 0) {
    if (errno == EADDRINUSE) return std::unexpected(format("port {} is taken by another program", port()));
    return std::unexpected(format("port {} cannot be used: {}", port(), std::generic_category().message(errno)));
  }
  set_nonblocking(state_->listener.get());
  try {
    state_->reception = std::thread([state = state_.get()] { state->receive(); });
  } catch (const std::system_error& error) {
    return std::unexpected(format("the system gives no thread: {}", error.what()));
  }
  return {};
}

void Server::close_connections() {
  state_->closing = true;
}

std::size_t Server::at_work() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->worked_on.size() + state_->due.size();
}

void Server::stop() {
  if (!state_) return;
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->stopping) return;
    state_->stopping = true;
    for (Connection* each : state_->worked_on) ::shutdown(each->socket.get(), SHUT_RDWR);
  }
  state_->wanted.notify_all();
  state_->wake();
  if (state_->reception.joinable()) state_->reception.join();
  for (std::thread& each : state_->workers) each.join();
  const std::scoped_lock lock(state_->mutex);
  state_->due.clear();
  state_->returned.clear();
  state_->listener = Descriptor();
}

}  // namespace firedrill::http
