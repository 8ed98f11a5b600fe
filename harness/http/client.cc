#include "http/client.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "http/loopback.h"
#include "http/stream.h"

namespace firedrill::http {
namespace {

// An idle connection may be closed by the server at any time; one that is younger than this is still kept by it.
constexpr double kFreshSeconds = 30;
constexpr std::string_view kAgent = "firedrill";

// The library's writer and parser, without its sockets.
class Protocol final : public httplib::ClientImpl {
 public:
  explicit Protocol(std::uint16_t port) : ClientImpl(std::string(kLoopback), port) {
    set_url_encode(false);
    set_follow_location(false);
  }

  bool exchange(httplib::Stream& stream, httplib::Request& request, httplib::Response& response) {
    httplib::Error error = httplib::Error::Success;
    return process_request(stream, request, response, false, error);
  }
};

httplib::Request request_for(const Request& from, bool gzip) {
  httplib::Request request;
  request.method = from.method;
  request.path = from.query.empty() ? from.path : from.path + "?" + from.query;
  for (const auto& [name, value] : from.headers) request.headers.emplace(name, value);
  const auto set = [&](const char* name, std::string_view value) {
    if (!request.has_header(name)) request.set_header(name, std::string(value));
  };
  set("User-Agent", kAgent);
  set("Accept", "*/*");
  set("Accept-Encoding", gzip ? "gzip" : "identity");
  request.body = from.body;
  return request;
}

Answer answer_of(const httplib::Response& got, std::string body) {
  Answer answer{.status = got.status, .headers = {}, .body = std::move(body)};
  for (const auto& [name, value] : got.headers) answer.headers.push_back({name, value});
  return answer;
}

ClientError error_of(ConnectFault fault, std::uint16_t port, const ClientBounds& bounds) {
  switch (fault) {
    case ConnectFault::refused:
      return {Failure::refused, format("{} refuses the connection", address_of(port))};
    case ConnectFault::timed_out:
      return {Failure::unconnected,
              format("no connection to {} within {}", address_of(port), format_duration(bounds.connect))};
    case ConnectFault::reset:
      return {Failure::reset, format("{} ended the connection at once", address_of(port))};
    case ConnectFault::other:
      break;
  }
  return {Failure::local, format("the system gives no connection to {}", address_of(port))};
}

ClientError error_of(StreamFault fault, const ClientBounds& bounds) {
  switch (fault) {
    case StreamFault::timed_out:
      return {Failure::timed_out, format("no whole answer within {}", format_duration(bounds.answer))};
    case StreamFault::head_too_large:
      return {Failure::too_large,
              format("the answer's headers are larger than {} bytes, or more than {}", bounds.head, bounds.headers)};
    case StreamFault::body_too_large:
      return {Failure::too_large, format("the answer is larger than {} bytes", bounds.body)};
    case StreamFault::none:
    case StreamFault::closed:
    case StreamFault::reset:
    case StreamFault::malformed:
      break;
  }
  return {Failure::reset, "the connection was closed before the answer was there"};
}

}  // namespace

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::refused:
      return "refused";
    case Failure::unconnected:
      return "unconnected";
    case Failure::timed_out:
      return "timed out";
    case Failure::reset:
      return "reset";
    case Failure::too_large:
      return "too large";
    case Failure::not_http:
      return "not HTTP";
    case Failure::local:
      return "local";
  }
  std::unreachable();
}

struct Client::State {
  explicit State(std::uint16_t to) : port(to), protocol(to) {}

  std::unexpected<ClientError> failed(ClientError error) {
    socket = Descriptor();
    ending = Descriptor();
    buffer.clear();
    return std::unexpected(std::move(error));
  }

  std::uint16_t port;
  Protocol protocol;
  Descriptor socket;
  Descriptor ending;
  std::string buffer;
  double used_s = 0;
};

Client::Client(std::uint16_t port) : state_(std::make_unique<State>(port)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

std::uint16_t Client::port() const {
  return state_->port;
}

std::expected<void, ClientError> Client::connect(const ClientBounds& bounds) {
  State& s = *state_;
  const bool kept = s.socket && s.buffer.empty() && stopwatch_seconds() - s.used_s < kFreshSeconds;
  if (kept && !is_stale(s.socket.get())) return {};
  s.buffer.clear();
  s.ending = Descriptor();
  auto socket = connect_loopback(s.port, bounds.connect);
  if (!socket) return s.failed(error_of(socket.error(), s.port, bounds));
  s.socket = std::move(*socket);
  s.used_s = stopwatch_seconds();
  return {};
}

std::expected<Answer, ClientError> Client::send(const Request& request, const ClientBounds& bounds) {
  if (auto connected = connect(bounds); !connected) return std::unexpected(connected.error());
  State& s = *state_;
  BoundedStream stream(s.socket.get(), s.buffer, {.head = bounds.head, .headers = bounds.headers, .body = bounds.body});
  stream.expect(Deadline::after(bounds.answer));
  httplib::Request sent = request_for(request, bounds.gzip);
  httplib::Response got;
  std::string body;
  bool too_large = false;
  sent.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_large = too_large || body.size() + size > bounds.body;
    if (!too_large || bounds.cut) body.append(data, std::min(size, bounds.body - body.size()));
    return !too_large;
  };
  sent.response_handler = [&](const httplib::Response&) {
    const BodyShape shape = stream.shape();
    too_large = shape.sized && shape.size > bounds.body && !bounds.cut;
    return !too_large;
  };
  const bool whole = s.protocol.exchange(stream, sent, got);
  if (bounds.cut && (too_large || stream.fault() == StreamFault::body_too_large) && got.status >= 100) {
    Answer answer = answer_of(got, std::move(body));
    s.socket = Descriptor();
    s.buffer.clear();
    return answer;
  }
  if (too_large || !whole || stream.fault() != StreamFault::none) {
    const std::string_view head = stream.head();
    ClientError error = error_of(too_large ? StreamFault::body_too_large : stream.fault(), bounds);
    const bool foreign =
        (!head.empty() && !head.starts_with("HTTP/1.")) ||
        (head.empty() && !s.buffer.empty() && !std::string_view("HTTP/1.").starts_with(s.buffer.substr(0, 7)));
    if (foreign || (!head.empty() && got.status < 100 && stream.fault() == StreamFault::none)) {
      error = {Failure::not_http, "what came is no answer of HTTP"};
    }
    if (got.status >= 100) error.status = got.status;
    return s.failed(std::move(error));
  }
  Answer answer = answer_of(got, std::move(body));
  const std::string* said = find_header(answer.headers, "Connection");
  const bool ends = stream.ended() || (said != nullptr && *said == "close") || got.version != "HTTP/1.1";
  stream.keep_rest();
  if (ends) {
    s.ending = stream.ended() ? Descriptor() : std::move(s.socket);
    s.socket = Descriptor();
    s.buffer.clear();
  }
  s.used_s = stopwatch_seconds();
  return answer;
}

bool Client::is_ending() const {
  return static_cast<bool>(state_->ending);
}

// What comes that nobody asked for is read over.
bool Client::await_end(Duration patience) {
  const Deadline deadline = Deadline::after(patience);
  char piece[1024];
  while (state_->ending && wait_readable(state_->ending.get(), deadline) == Ready::yes) {
    const ssize_t got = ::recv(state_->ending.get(), piece, sizeof piece, MSG_DONTWAIT);
    if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR))) continue;
    state_->ending = Descriptor();
  }
  return !state_->ending;
}

std::expected<Answer, ClientError> fetch(std::uint16_t port, const Request& request, const ClientBounds& bounds) {
  return Client(port).send(request, bounds);
}

}  // namespace firedrill::http
