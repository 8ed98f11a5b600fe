// The connections of one replica to one dependency: so many at once, over which of the dependency's replicas that are
// ready each request goes, and which are kept for the next request.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/time.h"
#include "fake_services/process/balancer.h"
#include "http/client.h"

namespace firedrill::fake_services {

class Connections {
 public:
  Connections(std::int64_t size, LoadBalancing policy) : size_(size), balancer_(policy) {}

  // Waits for a place, in the order in which callers came; false: patience has ended.
  bool acquire(Duration patience);
  void release();
  // So many of its places never come free.
  void set_lost(std::int64_t places);

  // A kept connection to the port, or a new one that is not connected yet.
  http::Client take(std::uint16_t port);
  // For the next one who asks; of a replica that has left nothing is kept.
  void keep(http::Client client);

  // The ports of the replicas that are ready, from now on.
  void set_ready(std::vector<std::uint16_t> ports);
  // One of them, as the balancer says; it owes a response until `ended`.
  std::optional<std::uint16_t> choose(Chance& chance, std::span<const std::uint16_t> tried = {},
                                      RetryTo to = RetryTo::any);
  void ended(std::uint16_t port);

  std::int64_t size() const { return size_; }
  struct Use {
    std::int64_t in_use = 0;
    std::int64_t waiting = 0;
  };
  Use use() const;

 private:
  struct Waiting {
    std::condition_variable turn;
    bool come = false;
  };
  void call_in();

  std::int64_t size_;
  mutable std::mutex mutex_;
  std::int64_t lost_ = 0;
  std::int64_t in_use_ = 0;
  std::deque<Waiting*> waiting_;
  std::map<std::uint16_t, std::vector<http::Client>> kept_;
  Balancer balancer_;
};

}  // namespace firedrill::fake_services
