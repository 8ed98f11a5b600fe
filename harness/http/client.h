// A client of servers on the loopback interface, with bounds on the time and the size of an answer. Redirects are
// answers like others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace firedrill::http {

struct ClientBounds {
  Duration connect = std::chrono::seconds(1);  // until there is a connection
  Duration answer = std::chrono::seconds(5);   // from then on until the answer is there, to its last byte
  std::size_t head = 64 * 1024;                // bytes of status line and headers
  std::size_t headers = 256;
  std::size_t body = 16 * 1024 * 1024;  // bytes, unpacked
  bool cut = false;                     // of a longer body so much is taken, and it is no failure
  bool gzip = false;                    // asks for a compressed answer
};

enum class Failure {
  refused,      // nobody listens
  unconnected,  // no connection in time
  timed_out,    // no answer in time
  reset,        // the connection ended before the answer did
  too_large,
  not_http,  // what came is no answer of HTTP
  local,     // this machine gave no socket
};
std::string_view to_string(Failure failure);

struct ClientError {
  Failure failure{};
  std::string detail;              // for people
  std::optional<int> status = {};  // of an answer whose body did not arrive
};

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;
};

// One connection at a time, kept between requests as long as both sides keep it. Used by one thread at a time.
class Client {
 public:
  explicit Client(std::uint16_t port);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  std::uint16_t port() const;
  // Connects where there is no connection yet, or the server has closed it meanwhile.
  std::expected<void, ClientError> connect(const ClientBounds& bounds);
  // Connects if need be. After a failure there is no connection.
  std::expected<Answer, ClientError> send(const Request& request, const ClientBounds& bounds);

  // The last answer was to be the last of its connection, and that has not ended yet as far as is known here. The next
  // request takes another one.
  bool is_ending() const;
  // Waits so long for its end. True: it has ended.
  bool await_end(Duration patience);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A single request over a connection of its own.
std::expected<Answer, ClientError> fetch(std::uint16_t port, const Request& request, const ClientBounds& bounds);

}  // namespace firedrill::http
