// One connection through an entrance, and the one behind it to a replica. Of this folder only; used by the entrances'
// thread alone.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fake_services/process/account.h"
#include "http/framing.h"

namespace firedrill::fake_services::proxy {

class Relay : public std::enable_shared_from_this<Relay> {
 public:
  using Gone = std::function<void(Relay&)>;
  // `account` has one edge, of what is counted.
  Relay(boost::asio::io_context& context, boost::asio::ip::tcp::socket client, std::uint16_t backend,
        AccountKeeper& account, Gone gone);

  void begin();
  std::uint16_t backend() const { return port_; }
  // At once, without a word.
  void reset();

 private:
  // Bytes on their way in one direction.
  struct Way {
    std::array<char, 16 * 1024> piece;
    std::string held;  // to be written
    bool reading = false;
    bool writing = false;
  };

  void connect();
  void read_client();
  void write_backend();
  void read_backend();
  void write_client();
  void take_request();
  void take_answer(std::string_view bytes);
  void count(CallOutcome outcome, int code);
  void client_is_gone();
  void backend_is_gone(bool in_order);
  void close();

  boost::asio::ip::tcp::socket client_;
  boost::asio::ip::tcp::socket backend_;
  std::uint16_t port_;
  AccountKeeper& account_;
  Gone gone_;
  Way up_;
  Way down_;
  bool connected_ = false;
  bool closed_ = false;
  // Of the request that is under way.
  std::optional<double> asked_s_;
  std::string method_;
  std::string head_;  // of its answer, as far as it has come
  int status_ = 0;
  std::optional<http::BodyScanner> body_;  // of its answer, behind the head
};

}  // namespace firedrill::fake_services::proxy
