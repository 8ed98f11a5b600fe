// A circuit breaker of one dependency: opens when too large a share of the latest attempts failed, stays open for a
// time, and then lets one attempt through, whose end decides.
#pragma once

#include <mutex>
#include <optional>

#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

class Breaker {
 public:
  explicit Breaker(const std::optional<DependencyCircuitBreaker>& spec) : spec_(spec) {}

  enum class Pass { no, yes, trial };
  // Whether an attempt may be made now; seconds of a clock that only rises. How one ends that may must be told, or that
  // it came to nothing.
  Pass ask(double now_s);
  void ended(double now_s, bool failed, Pass pass);
  void abandoned(Pass pass);
  bool is_open(double now_s) const;

 private:
  std::optional<DependencyCircuitBreaker> spec_;
  mutable std::mutex mutex_;
  bool open_ = false;
  bool trying_ = false;  // the one attempt is under way
  double trial_s_ = 0;   // when an open one lets it through
  // Exponentially forgotten over the window, as in the simulated world.
  double attempts_ = 0;
  double failures_ = 0;
  double updated_s_ = 0;
};

}  // namespace firedrill::fake_services
