// One request of a client from outside over a connection that does not block, to its end: an answer, a refusal, a
// reset, or the time at which the client gives up. Of this folder only.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/framing.h"

namespace firedrill::fake_services::clients {

namespace asio = boost::asio;

enum class End { answered, refused, reset, given_up };

struct Ended {
  End how = End::answered;
  int status = 0;
  double seconds = 0;  // since it was to start
};

// Connections that are kept between requests, by port.
class Kept {
 public:
  using Socket = std::unique_ptr<asio::ip::tcp::socket>;
  // Null: there is none.
  Socket take(std::uint16_t port);
  void keep(std::uint16_t port, Socket socket);
  void forget() { by_port_.clear(); }

 private:
  static constexpr std::size_t kMost = 256;  // of a port
  std::map<std::uint16_t, std::vector<Socket>> by_port_;
};

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  using Told = std::function<void(const Ended&)>;
  // `head` is all of the request, which must outlive it; `method` as in it. Seconds are those of the stopwatch.
  Exchange(asio::io_context& context, Kept& kept, std::uint16_t port, const std::string& head, std::string method,
           double intended_s, double give_up_s, Told told);
  void begin();

 private:
  void connect();
  void send();
  void receive();
  void take(std::size_t count);
  void broken(bool unseen);
  void end(End how);

  asio::io_context& context_;
  Kept& kept_;
  std::uint16_t port_;
  const std::string& request_;
  std::string method_;
  double intended_s_;
  double give_up_s_;
  Told told_;
  Kept::Socket socket_;
  asio::steady_timer timer_;
  bool reused_ = false;
  bool ended_ = false;
  std::array<char, 4096> piece_;
  std::string come_;  // of the head
  std::optional<http::MessageHead> head_;
  std::optional<http::BodyScanner> body_;
};

}  // namespace firedrill::fake_services::clients
