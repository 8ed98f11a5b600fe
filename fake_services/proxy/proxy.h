// Fault proxies: each stands on a port of the loopback interface before a server, carries connections on, and does to
// them what it is told. All of a process's are one thread's work.
//
// A proxy does not listen while its backend does not: who connects is refused, as by the backend itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "fake_services/proxy/line_faults.h"

namespace firedrill::fake_services {

class FaultProxies {
 public:
  // The error: this machine gives no thread.
  static std::expected<std::unique_ptr<FaultProxies>, std::string> start();
  // Closes all lines and their connections.
  ~FaultProxies();
  FaultProxies(const FaultProxies&) = delete;
  FaultProxies& operator=(const FaultProxies&) = delete;

  // A line from a port (0: any free one) to a backend's. It does not listen yet. Chance comes from the seed and the
  // name. Its number; the error says why the port cannot be had.
  std::expected<std::size_t, std::string> open(std::uint16_t port, std::uint16_t backend, std::uint64_t seed,
                                               std::string_view name);
  std::uint16_t port(std::size_t line) const;

  // Whether its backend listens. When it no longer does, connections end with it.
  void set_listening(std::size_t line, bool listening);
  // From now on; connections that there are obey from their next request on.
  void set_faults(std::size_t line, const LineFaults& faults);
  // Waits until what was set before is done.
  void settle();
  LineCounts counts(std::size_t line) const;

 private:
  struct State;
  explicit FaultProxies(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace firedrill::fake_services
