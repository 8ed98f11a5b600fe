// A connection as cpp-httplib reads and writes it, with the bounds that the library itself does not have: it is given a
// message's head only when all of it is there, and no more bytes than allowed. Of this room only.
#pragma once

#include <httplib.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/framing.h"
#include "http/loopback.h"

namespace firedrill::http {

// Of one message.
struct StreamBounds {
  std::size_t head = 0;     // bytes of the first line and the headers
  std::size_t headers = 0;  // how many there are
  std::size_t body = 0;     // bytes
};

enum class StreamFault { none, closed, reset, timed_out, head_too_large, body_too_large, malformed };

// What the head of a message says of its body.
struct BodyShape {
  bool chunked = false;
  bool coded = false;    // for its way, other than in chunks alone
  bool encoded = false;  // packed, which would let a small body grow without bound
  bool sized = false;
  std::size_t size = 0;  // if it is; what is no number counts as larger than anything
};

class BoundedStream final : public httplib::Stream {
 public:
  // `socket` does not block, and stays the caller's. `buffer` holds what came with the last message of the connection,
  // and afterwards what came with this one beyond its end.
  BoundedStream(int socket, std::string& buffer, StreamBounds bounds)
      : socket_(socket), buffer_(buffer), bounds_(bounds) {}

  // From now on, until then.
  void expect(Deadline deadline) { deadline_ = deadline; }
  // Of what is written: each part of it (a head, a body, a piece of one) has so long, whatever was expected before. Not
  // said: as expect.
  void write_within(Duration time) { write_time_ = time; }

  // Waits for a whole head, within the bounds. False: fault() says why not.
  bool read_head();
  std::string_view head() const { return std::string_view(buffer_).substr(0, head_size_); }
  BodyShape shape() const;
  // Takes all headers of that name (in lower case) out of the head, before the library reads it.
  void drop(std::string_view name);
  // The same headers under another name.
  void rename(std::string_view name, std::string_view to);
  // A request's body ends with what its head says: without a size there is none, and chunks are as they have to be.
  void end_body_with_head();

  StreamFault fault() const { return fault_; }
  bool ended() const { return ended_; }  // by the peer
  std::size_t received() const { return received_; }
  // What the library has not read stays for the next message.
  void keep_rest();

  // httplib::Stream; of its versions some have some of these, so that none says which.
  bool is_readable() const { return true; }
  bool is_writable() const { return fault_ == StreamFault::none; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return fault_ == StreamFault::none; }
  time_t duration() const { return 0; }
  ssize_t read(char* to, size_t size);
  ssize_t write(const char* from, size_t size);
  using httplib::Stream::write;
  void get_remote_ip_and_port(std::string& ip, int& port) const;
  void get_local_ip_and_port(std::string& ip, int& port) const;
  socket_t socket() const { return socket_; }

 private:
  bool receive();  // more bytes into the buffer
  void replace_head(std::string_view head);
  std::size_t most() const { return bounds_.head + 2 * bounds_.body + kOverhead; }

  // Of chunked bodies: their sizes and trailers.
  static constexpr std::size_t kOverhead = 64 * 1024;

  int socket_;
  std::string& buffer_;
  StreamBounds bounds_;
  Deadline deadline_;
  std::optional<Duration> write_time_;
  StreamFault fault_ = StreamFault::none;
  bool ended_ = false;
  bool has_head_ = false;
  bool bounded_body_ = false;
  std::size_t body_left_ = 0;
  std::optional<BodyScanner> chunks_;
  std::size_t head_size_ = 0;
  std::size_t at_ = 0;        // up to here the library has read
  std::size_t consumed_ = 0;  // by it, all in all
  std::size_t received_ = 0;
};

}  // namespace firedrill::http
