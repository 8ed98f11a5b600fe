#include "http/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/clock.h"
#include "base/text/format.h"

namespace firedrill::http {
namespace {

constexpr double kLongestWait = 3600;  // seconds, of one poll

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Descriptor open_socket() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
  if (socket) set_close_on_exec(socket.get());
  return socket;
}

Ready wait_for(int socket, short events, Deadline deadline) {
  while (true) {
    const double left = std::clamp(deadline.at_s - stopwatch_seconds(), 0.0, kLongestWait);
    pollfd poll{.fd = socket, .events = events, .revents = 0};
    const int found = ::poll(&poll, 1, static_cast<int>(left * 1000 + 0.999));
    if (found > 0) return Ready::yes;
    if (found < 0 && errno != EINTR) return Ready::failed;
    if (found == 0 && deadline.passed()) return Ready::too_late;
  }
}

ConnectFault fault_of(int error) {
  if (error == ECONNREFUSED) return ConnectFault::refused;
  if (error == ECONNRESET) return ConnectFault::reset;
  return error == ETIMEDOUT ? ConnectFault::timed_out : ConnectFault::other;
}

}  // namespace

std::string address_of(std::uint16_t port) {
  return format("{}:{}", kLoopback, port);
}

std::expected<Descriptor, std::string> bind_loopback(std::uint16_t port) {
  Descriptor socket = open_socket();
  const auto failed = [&](int error) {
    if (error == EADDRINUSE) return std::unexpected(format("port {} is taken by another program", port));
    return std::unexpected(format("port {} cannot be used: {}", port, std::generic_category().message(error)));
  };
  if (!socket) return failed(errno);
  // A port whose last connections have not faded yet is free; one that somebody listens on is not.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return failed(errno);
  return socket;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

std::expected<Descriptor, ConnectFault> connect_loopback(std::uint16_t port, Duration timeout) {
  const Deadline deadline = Deadline::after(timeout);
  Descriptor socket = open_socket();
  if (!socket) return std::unexpected(ConnectFault::other);
  set_nonblocking(socket.get());
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  if (errno != EINPROGRESS) return std::unexpected(fault_of(errno));
  const Ready ready = wait_writable(socket.get(), deadline);
  if (ready == Ready::too_late) return std::unexpected(ConnectFault::timed_out);
  int error = 0;
  socklen_t size = sizeof error;
  if (ready == Ready::failed || ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
    return std::unexpected(ConnectFault::other);
  }
  if (error != 0) return std::unexpected(fault_of(error));
  return socket;
}

Deadline Deadline::after(Duration time) {
  return {stopwatch_seconds() + to_seconds(time)};
}

bool Deadline::passed() const {
  return stopwatch_seconds() >= at_s;
}

Ready wait_readable(int socket, Deadline deadline) {
  return wait_for(socket, POLLIN, deadline);
}

Ready wait_writable(int socket, Deadline deadline) {
  return wait_for(socket, POLLOUT, deadline);
}

bool is_stale(int socket) {
  char byte = 0;
  const ssize_t got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void set_nonblocking(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void set_close_on_exec(int descriptor) {
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace firedrill::http
