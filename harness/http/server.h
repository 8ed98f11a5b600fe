// A server on the loopback interface, with bounds on all that its clients can make it hold: for fake services, status
// pages and endpoints that record. A connection that waits for its next request costs no thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "base/time.h"
#include "http/message.h"

namespace firedrill::http {

struct ServerBounds {
  std::size_t head = 16 * 1024;               // bytes of request line and headers; beyond it 431
  std::size_t headers = 100;                  // beyond them 431
  std::size_t body = 1024 * 1024;             // bytes; beyond it 413
  Duration read = std::chrono::seconds(10);   // from a request's first byte to its last; beyond it 408
  Duration write = std::chrono::seconds(10);  // of a response; of one in pieces, of each of them
  Duration idle = std::chrono::seconds(60);   // of a connection without a request; then it is closed
  std::size_t connections = 1024;             // one more is answered 503 and closed
  std::size_t threads = 64;                   // requests worked on at once; further ones wait
};

// Called by any thread, for several requests at once. What it throws is answered 500.
using Handler = std::function<Response(const Request&)>;

class Server {
 public:
  // Takes a port on 127.0.0.1 (0: any free one), on which nobody is answered yet: connections are refused. The error
  // says why the port cannot be had.
  static std::expected<std::unique_ptr<Server>, std::string> bind(std::uint16_t port, ServerBounds bounds,
                                                                  Handler handler);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // From now on requests are answered. The error says why they cannot be.
  std::expected<void, std::string> listen();
  // Each further response closes its connection: what clients send next comes over a new one.
  void close_connections();
  // Requests that have come and are not answered to the last byte.
  std::size_t at_work() const;
  // Closes all connections, also of requests that are being worked on, whose handlers are waited for, and those who
  // give pieces of a response likewise.
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace firedrill::http
