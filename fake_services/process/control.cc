#include "fake_services/process/control.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace firedrill::fake_services {

bool Control::send(const json::object& message) {
  const std::string line = write_json(message, JsonStyle::compact) + "\n";
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t count = ::send(end_.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

bool Control::receive() {
  std::array<char, 64 * 1024> piece;
  while (!broken_) {
    const ssize_t count = ::recv(end_.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (count > 0) {
      come_.append(piece.data(), static_cast<std::size_t>(count));
      broken_ = come_.size() > kLongestLine;
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
  return false;
}

std::optional<json::object> Control::next() {
  const auto end = come_.find('\n');
  if (broken_ || end == std::string::npos) return std::nullopt;
  auto message = read_json(make_source("<control>", come_.substr(0, end)));
  come_.erase(0, end + 1);
  if (message && message->is_object()) return message->as_object();
  broken_ = true;
  return std::nullopt;
}

}  // namespace firedrill::fake_services
