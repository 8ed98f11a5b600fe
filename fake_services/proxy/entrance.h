// Entrances: ports of the loopback interface at which a service is reached whose replicas have ports of their own, by
// whoever can be given one address alone. A connection goes to a replica that is ready, by the service's load
// balancing, and what goes over it later goes the same way, as behind a virtual address of Kubernetes. What came
// through is counted as who called met it. All of a process's are one thread's work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fake_services/faults/observation.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

class Entrances {
 public:
  // The error: this machine gives no thread.
  static std::expected<std::unique_ptr<Entrances>, std::string> start();
  // Closes all of them and their connections.
  ~Entrances();
  Entrances(const Entrances&) = delete;
  Entrances& operator=(const Entrances&) = delete;

  // At any free port, where it listens from now on. Chance comes from the seed and the name. Its number; the error says
  // why there is none.
  std::expected<std::size_t, std::string> open(LoadBalancing policy, std::uint64_t seed, std::string_view name);
  std::uint16_t port(std::size_t entrance) const;

  // Where new connections may go; without any they are reset.
  void set_ready(std::size_t entrance, std::vector<std::uint16_t> ports);

  // Since it was opened, its fields on requests. Of HTTP/1, where a client waits for each answer before it asks again.
  Observation seen(std::size_t entrance) const;

 private:
  struct State;
  explicit Entrances(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace firedrill::fake_services
