// The server that does nothing and the clients that wait: one thread each, so that what is between them is what counts.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/files/descriptor.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "bench/live/parts.h"
#include "http/loopback.h"

namespace firedrill::bench {
namespace {

constexpr int kBacklog = 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

void watch(int poll, int descriptor) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = descriptor}};
  ::epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
}

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// How long an answer is, head and body; 0: its head is not whole.
std::size_t length_of(const std::string& answer) {
  const auto end = answer.find(kHeadEnd);
  if (end == std::string::npos) return 0;
  constexpr std::string_view kLength = "Content-Length: ";
  const auto at = answer.find(kLength);
  if (at == std::string::npos || at > end) return end + kHeadEnd.size();
  const auto from = at + kLength.size();
  const auto length = parse_int(std::string_view(answer).substr(from, answer.find('\r', from) - from));
  return end + kHeadEnd.size() + static_cast<std::size_t>(length.value_or(0));
}

struct Client {
  Descriptor socket;
  std::string come;
  double sent_s = 0;
};

}  // namespace

int backend(std::size_t bytes) {
  http::raise_open_files();
  const auto listener = http::bind_loopback(0);
  if (!listener || ::listen(listener->get(), kBacklog) != 0) return 3;
  const std::string answer = format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", bytes, std::string(bytes, 'x'));
  const Descriptor poll(::epoll_create1(EPOLL_CLOEXEC));
  watch(poll.get(), listener->get());
  watch(poll.get(), STDIN_FILENO);
  std::printf("%d\n", http::port_of(listener->get()));
  std::fflush(stdout);
  std::map<int, Descriptor> clients;
  std::vector<epoll_event> events(256);
  std::vector<char> piece(64 * 1024);
  while (true) {
    const int count = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      if (descriptor == STDIN_FILENO) return 0;
      if (descriptor == listener->get()) {
        Descriptor client(::accept(descriptor, nullptr, nullptr));
        if (!client) continue;
        watch(poll.get(), client.get());
        clients.emplace(client.get(), std::move(client));
        continue;
      }
      // Requests are small, and come in one piece each.
      const ssize_t got = ::recv(descriptor, piece.data(), piece.size(), 0);
      if (got <= 0 || !send_all(descriptor, answer)) clients.erase(descriptor);
    }
  }
}

int load(std::uint16_t port, const std::string& path, std::size_t connections, double seconds) {
  http::raise_open_files();
  const std::string request = format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: bench\r\n\r\n", path, port);
  const Descriptor poll(::epoll_create1(EPOLL_CLOEXEC));
  std::map<int, Client> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    auto socket = http::connect_loopback(port, std::chrono::seconds(5));
    if (!socket) return 3;
    watch(poll.get(), socket->get());
    const int descriptor = socket->get();
    clients[descriptor].socket = std::move(*socket);
  }
  const double from = stopwatch_seconds();
  for (auto& [descriptor, client] : clients) {
    client.sent_s = stopwatch_seconds();
    if (!send_all(descriptor, request)) return 3;
  }
  std::vector<double> took;
  std::vector<epoll_event> events(256);
  std::vector<char> piece(256 * 1024);
  while (stopwatch_seconds() - from < seconds) {
    const int count = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < count; ++i) {
      Client& client = clients[events[static_cast<std::size_t>(i)].data.fd];
      const ssize_t got = ::recv(client.socket.get(), piece.data(), piece.size(), MSG_DONTWAIT);
      if (got == 0 || (got < 0 && errno != EAGAIN)) return 3;
      if (got < 0) continue;
      client.come.append(piece.data(), static_cast<std::size_t>(got));
      const std::size_t length = length_of(client.come);
      if (length == 0 || client.come.size() < length) continue;
      client.come.clear();
      const double now = stopwatch_seconds();
      took.push_back(now - client.sent_s);
      client.sent_s = now;
      if (!send_all(client.socket.get(), request)) return 3;
    }
  }
  const double whole = stopwatch_seconds() - from;
  if (took.empty()) return 3;
  std::ranges::sort(took);
  const auto quantile = [&](double q) {
    return took[static_cast<std::size_t>(q * static_cast<double>(took.size() - 1))];
  };
  std::printf("{\"requests\": %zu, \"seconds\": %.6f, \"p50_s\": %.9f, \"p99_s\": %.9f}\n", took.size(), whole,
              quantile(0.5), quantile(0.99));
  return 0;
}

}  // namespace firedrill::bench
