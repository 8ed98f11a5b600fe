#include "http/stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

#include "base/text/ascii.h"

namespace firedrill::http {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::size_t kPiece = 16 * 1024;

struct HeaderLine {
  std::string_view whole;  // with its end
  std::string_view name;   // empty: it is no header
  std::string_view value;
};

// Takes it from what is left of a head.
HeaderLine next_line(std::string_view& rest) {
  HeaderLine line;
  line.whole = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
  rest.remove_prefix(line.whole.size());
  const std::size_t colon = line.whole.find(':');
  if (colon == std::string_view::npos) return line;
  line.name = line.whole.substr(0, colon);
  line.value = ascii::trimmed(line.whole.substr(colon + 1), " \t\r\n");
  return line;
}

}  // namespace

bool BoundedStream::receive() {
  std::array<char, kPiece> piece;
  while (true) {
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got > 0) {
      buffer_.append(piece.data(), static_cast<std::size_t>(got));
      received_ += static_cast<std::size_t>(got);
      return true;
    }
    if (got == 0) {
      ended_ = true;
      return false;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      fault_ = StreamFault::reset;
      return false;
    }
    const Ready ready = http::wait_readable(socket_, deadline_);
    if (ready == Ready::yes) continue;
    fault_ = ready == Ready::too_late ? StreamFault::timed_out : StreamFault::reset;
    return false;
  }
}

bool BoundedStream::read_head() {
  if (has_head_) return true;
  std::size_t looked = 0;
  std::size_t end = buffer_.find(kEndOfHead);
  while (end == std::string::npos) {
    if (buffer_.size() > bounds_.head) {
      fault_ = StreamFault::head_too_large;
      return false;
    }
    looked = buffer_.size() < kEndOfHead.size() ? 0 : buffer_.size() - kEndOfHead.size() + 1;
    if (!receive()) {
      if (fault_ == StreamFault::none) fault_ = StreamFault::closed;
      return false;
    }
    end = buffer_.find(kEndOfHead, looked);
  }
  head_size_ = end + kEndOfHead.size();
  const auto lines = static_cast<std::size_t>(std::ranges::count(head(), '\n'));
  if (head_size_ > bounds_.head || lines > bounds_.headers + 2) {
    fault_ = StreamFault::head_too_large;
    return false;
  }
  has_head_ = true;
  return true;
}

BodyShape BoundedStream::shape() const {
  BodyShape shape;
  std::string_view rest = head();
  while (!rest.empty()) {
    const HeaderLine line = next_line(rest);
    const std::string_view value = line.value;
    if (ascii::same_word(line.name, "transfer-encoding")) {
      shape.chunked = true;
      if (!ascii::same_word(value, "chunked")) shape.coded = true;
    }
    if (ascii::same_word(line.name, "content-encoding")) shape.encoded = !ascii::same_word(value, "identity");
    if (!ascii::same_word(line.name, "content-length")) continue;
    shape.sized = true;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), shape.size);
    if (error != std::errc() || stop != value.data() + value.size()) {
      shape.size = std::numeric_limits<std::size_t>::max();
    }
  }
  return shape;
}

void BoundedStream::drop(std::string_view name) {
  std::string kept;
  std::string_view rest = head();
  while (!rest.empty()) {
    const HeaderLine line = next_line(rest);
    if (!ascii::same_word(line.name, name)) kept += line.whole;
  }
  if (kept.size() != head_size_) replace_head(kept);
}

void BoundedStream::rename(std::string_view name, std::string_view to) {
  std::string head_again;
  bool found = false;
  std::string_view rest = head();
  while (!rest.empty()) {
    const HeaderLine line = next_line(rest);
    const bool same = ascii::same_word(line.name, name);
    found = found || same;
    head_again += same ? to : line.whole.substr(0, line.name.size());
    head_again += line.whole.substr(line.name.size());
  }
  if (found) replace_head(head_again);
}

void BoundedStream::replace_head(std::string_view head) {
  buffer_.replace(0, head_size_, head);
  head_size_ = head.size();
}

void BoundedStream::end_body_with_head() {
  const BodyShape body = shape();
  if (body.chunked) {
    chunks_ = BodyScanner::of_request({.chunked = true});
    return;
  }
  bounded_body_ = true;
  body_left_ = body.sized ? body.size : 0;
}

ssize_t BoundedStream::read(char* to, size_t size) {
  if (fault_ != StreamFault::none || !read_head()) return -1;
  if (at_ >= head_size_) {
    if (bounded_body_) size = std::min(size, body_left_);
    if (size == 0) return 0;
    if (consumed_ > most()) {
      fault_ = StreamFault::body_too_large;
      return -1;
    }
    if (at_ == buffer_.size()) {  // what has been read is not needed any more
      buffer_.resize(head_size_);
      at_ = head_size_;
      if (!receive()) return fault_ == StreamFault::none ? 0 : -1;
    }
  }
  const bool in_head = at_ < head_size_;
  const std::size_t there = (in_head ? head_size_ : buffer_.size()) - at_;
  const std::size_t count = std::min(size, there);
  std::memcpy(to, buffer_.data() + at_, count);
  at_ += count;
  consumed_ += count;
  if (!in_head && bounded_body_) body_left_ -= count;
  if (!in_head && chunks_ && (chunks_->take({to, count}) < count || chunks_->malformed())) {
    fault_ = StreamFault::malformed;
    return -1;
  }
  return static_cast<ssize_t>(count);
}

void BoundedStream::keep_rest() {
  buffer_.erase(0, at_);
  at_ = head_size_ = 0;
}

ssize_t BoundedStream::write(const char* from, size_t size) {
  std::size_t sent = 0;
  if (write_time_) deadline_ = Deadline::after(*write_time_);
  while (sent < size) {
    const ssize_t count = ::send(socket_, from + sent, size - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      fault_ = StreamFault::reset;
      return -1;
    }
    const Ready ready = http::wait_writable(socket_, deadline_);
    if (ready == Ready::yes) continue;
    fault_ = ready == Ready::too_late ? StreamFault::timed_out : StreamFault::reset;
    return -1;
  }
  return static_cast<ssize_t>(size);
}

void BoundedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = kLoopback;
  port = 0;
}

void BoundedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip = kLoopback;
  port = port_of(socket_);
}

}  // namespace firedrill::http
