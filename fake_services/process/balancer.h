// To which of a dependency's replicas a request goes, by the dependency's load balancing and by what this replica
// itself has sent. Not for several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "fake_services/process/chance.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

class Balancer {
 public:
  explicit Balancer(LoadBalancing policy) : policy_(policy) {}

  // The ports of the replicas that are ready, from now on.
  void set_ready(std::vector<std::uint16_t> ports);
  bool is_ready(std::uint16_t port) const;
  // One of them, which owes a response from now on; nothing: none is ready. `tried`: where the same call has been sent
  // before, in that order, and `to`, where a retry goes.
  std::optional<std::uint16_t> choose(Chance& chance, std::span<const std::uint16_t> tried, RetryTo to);
  // The response has come, or is not waited for any more.
  void ended(std::uint16_t port);

 private:
  std::uint16_t next_in_turn(Chance& chance, std::span<const std::uint16_t> open);

  LoadBalancing policy_;
  std::vector<std::uint16_t> ready_;
  std::map<std::uint16_t, std::int64_t> owes_;
  std::optional<std::size_t> turn_;
};

}  // namespace firedrill::fake_services
