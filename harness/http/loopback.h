// Sockets of this machine's loopback interface, 127.0.0.1, and of nothing else. None is inherited by a child.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "base/files/descriptor.h"
#include "base/time.h"

namespace firedrill::http {

inline constexpr std::string_view kLoopback = "127.0.0.1";

// "127.0.0.1:8080"
std::string address_of(std::uint16_t port);

// Of a port that another one listens on the error says so. 0: any free port.
std::expected<Descriptor, std::string> bind_loopback(std::uint16_t port);
// The port that a socket is bound to.
std::uint16_t port_of(int socket);

// How an attempt to connect ended that failed; `reset`: it came about, and was ended before this side saw it.
enum class ConnectFault { refused, timed_out, reset, other };
std::expected<Descriptor, ConnectFault> connect_loopback(std::uint16_t port, Duration timeout);

// An instant of stopwatch_seconds() after which nothing is waited for any more.
struct Deadline {
  double at_s = 0;
  static Deadline after(Duration time);
  bool passed() const;
};

enum class Ready { yes, too_late, failed };
// Waits until the socket can be read from, or written to: data, room, its end or an error. Interrupted waits go on.
Ready wait_readable(int socket, Deadline deadline);
Ready wait_writable(int socket, Deadline deadline);

// Whether the peer has closed a connection from which nothing is to be expected, or has sent what nobody asked for.
bool is_stale(int socket);

void set_nonblocking(int descriptor);
void set_close_on_exec(int descriptor);

// Raises the number of files that the process may have open to what the system allows it.
void raise_open_files();

}  // namespace firedrill::http
