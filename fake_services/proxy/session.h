// One connection through a fault proxy, and the one behind it to the backend. Of this folder only; used by the proxies'
// thread alone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fake_services/proxy/fate.h"
#include "fake_services/proxy/line_faults.h"

namespace firedrill::fake_services::proxy {

namespace asio = boost::asio;

// What sessions of one line share.
struct Line {
  std::uint16_t backend = 0;
  LineFaults faults;
  RandomStream chance;
  LineCounts counts;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Gone = std::function<void(Session&)>;
  Session(asio::io_context& context, Line& line, asio::ip::tcp::socket client, Gone gone);

  void begin();
  // The line's faults have changed: what is idle ends where nothing listens, what is to arrive nowhere stops.
  void heed();
  // At once, without a word.
  void reset();

 private:
  // Bytes on their way in one direction.
  struct Way {
    static constexpr std::size_t kPiece = 64 * 1024;
    explicit Way(asio::io_context& context) : timer(context) {}
    // Bytes go on as they come.
    bool is_plain() const { return wait_s <= 0 && pace.is_free(); }

    std::unique_ptr<char[]> piece = std::make_unique_for_overwrite<char[]>(kPiece);
    std::string held;  // to be written
    std::size_t written = 0;
    double wait_s = 0;  // before what comes next
    Pace pace{};        // of it
    asio::steady_timer timer;
  };
  using Then = void (Session::*)();

  // What the client sends next begins a request.
  bool is_idle() const { return answered_ || !asked_; }
  void read_client();
  void take_from_client(std::size_t count);
  bool begin_request();
  void reply();
  void ask_to_close();
  void reach_backend();
  void read_backend();
  void take_from_backend(std::size_t count);
  void answer_ends();
  // What is there to be written, as far as it goes without waiting. How much that was.
  static std::size_t write_at_once(asio::ip::tcp::socket& to, const char* from, std::size_t size);
  void carry(Way& way, asio::ip::tcp::socket& to, Then then);
  void write_piece(Way& way, asio::ip::tcp::socket& to, Then then);
  void after(Way& way, double seconds, std::function<void()> what);
  void end_in_order();
  bool ends_late() const;
  void close();

  Line& line_;
  asio::ip::tcp::socket client_;
  asio::ip::tcp::socket backend_;
  Gone gone_;
  Way up_;
  Way down_;
  Fate fate_;
  ConnectionDraws drawn_;
  bool connected_ = false;  // to the backend
  bool asked_ = false;      // a request has begun
  bool answered_ = false;   // and something of its answer has come
  bool stopped_ = false;    // nothing is carried any more; what the client sends is thrown away
  bool asked_to_close_ = false;
  bool closing_ = false;  // the backend has closed, and the client has not heard of it yet
  bool closed_ = false;
  std::size_t answer_bytes_ = 0;  // of the request at hand, from the backend
};

}  // namespace firedrill::fake_services::proxy
