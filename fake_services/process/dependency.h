// Real calls to one dependency: cache, circuit breaker, connection pool, attempts, time-outs, retries, with the
// parameters and in the order of the simulated world (traffic/call.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fake_services/process/breaker.h"
#include "fake_services/process/chance.h"
#include "fake_services/process/connections.h"
#include "fake_services/process/process_conditions.h"
#include "fake_services/process/side_threads.h"
#include "fake_services/traffic/flow_model.h"

namespace firedrill::fake_services {

// Told of each end, by any thread.
struct CallCounter {
  // Of an attempt: the code of its answer, 0 where there was none, and how long it took.
  std::function<void(std::size_t edge, CallOutcome outcome, int code, double seconds)> outcome;
  // Of an operation that was not answered from a cache: the attempts that it took.
  std::function<void(std::size_t edge, std::int64_t attempts)> operation;
  std::function<void(std::size_t edge, bool hit)> cache;
};

class Dependency {
 public:
  Dependency(const EdgeModel& edge, const ServiceModel& callee, std::size_t index, std::uint64_t seed,
             std::string_view pod, const CallCounter& counter);
  ~Dependency();

  // A call, `weights` being how it spreads over the callee's routes. Why it failed; nothing: it succeeded.
  std::optional<Cause> call(std::span<const double> weights);
  // One request over the pool, as the readiness endpoint makes it: whether the dependency is there, whatever it says.
  bool is_there();

  // From now on.
  void set_conditions(const CallConditions& conditions);

  const std::string& name() const { return edge_.spec.name; }
  Connections& connections() { return connections_; }
  const Connections& connections() const { return connections_; }

 private:
  struct Ended {
    CallOutcome outcome = CallOutcome::success;
    std::optional<Cause> cause = {};
    bool retryable = false;
    double retry_after_s = 0;
    int code = 0;
    double seconds = 0;
  };
  // `tried`: the ports that the call has been sent to, to which this attempt adds its own.
  Ended attempt(std::span<const double> weights, std::vector<std::uint16_t>& tried);
  // Over a connection that is there to be had, at its place in the pool.
  class Place;
  Ended reach(std::span<const double> weights, std::vector<std::uint16_t>& tried, Place& place);
  void give_back(http::Client client, Place& place);
  Ended exchange(http::Client& client, const http::Request& request) const;
  std::int64_t send_extra(std::span<const double> weights, double extra);
  CallConditions conditions() const;
  bool may_retry();
  void earn_retries();

  const EdgeModel& edge_;
  const ServiceModel& callee_;
  std::size_t index_;
  const CallCounter& counter_;
  Chance chance_;
  Breaker breaker_;
  Connections connections_;
  mutable std::mutex mutex_;
  double budget_;  // retries that may be made
  CallConditions conditions_;
  std::atomic<bool> over_ = false;
  SideThreads aside_;  // for attempts that nobody awaits, and connections that end
};

}  // namespace firedrill::fake_services
