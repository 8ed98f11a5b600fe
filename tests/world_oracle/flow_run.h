// The flow of the same production, driven as the world drives it.
#pragma once

#include "counters.h"
#include "scene.h"

namespace firedrill::world_oracle {

// Where the distribution functions of times are asked for: by route, at so many seconds.
using Places = std::vector<std::vector<double>>;

class FlowRun {
 public:
  FlowRun(const Scene& scene, const Counters& layout);

  void advance(double until);  // seconds since the start
  void change();
  void calm_caches();
  // From now on, also at the places: of the responses, the share that took no longer.
  void ask(Places places);
  Places shares() const;

  const std::vector<double>& sums() const { return sums_; }
  const FirstTimes& first_times() const { return first_times_; }

 private:
  void adopt(const std::vector<ServiceScene>& scenes);
  void count(double seconds);
  void count_times(std::size_t s, const ReplicaClass& k, double seconds);
  void look(double at);

  const Scene* scene_;
  const Counters* layout_;
  Flow flow_;
  Time now_{};
  double changed_at_ = -1;
  std::vector<double> sums_;
  Places places_;
  Places below_;
  std::vector<double> responses_;  // by route, since the places were asked for
  FirstTimes first_times_;
  std::vector<std::vector<double>>
      none_open_;  // by edge: in which share of worlds no breaker has opened since the step
};

}  // namespace firedrill::world_oracle
